import { expect, test } from "vitest";
import { isPublic } from "../../../../src/base/network/addresses.ts";
import { hostRuleFault, hostRules } from "../../../../src/base/network/rules.ts";
import { readAuthority, readUrl } from "../../../../src/base/network/target.ts";
import { upstreamOf } from "../../../../src/build/egress/upstream.ts";

const may = (hosts: string[], authority: string) => {
  const target = readAuthority(authority);
  return target !== undefined && hostRules(hosts).allow(target);
};

test("a target is read as every program reads it, or not at all", () => {
  expect(readAuthority("Registry.Example.ORG:443")).toEqual({
    host: "registry.example.org",
    isAddress: false,
    port: 443,
  });
  expect(readAuthority("[2606:4700::1111]:443")).toMatchObject({ host: "2606:4700::1111", isAddress: true });
  const tricks = [
    ...["registry.example.org", "registry.example.org:0", "registry.example.org:65536", "registry.example.org:443:80"],
    ...[
      "user@registry.example.org:443",
      "good.org:443@evil.org:443",
      "registry.example.org.:443",
      ".org:443",
      "a..b:443",
    ],
    ...["2130706433:80", "0x7f000001:80", "0x7f.1:80", "127.1:80", "0177.0.0.1:80", "127.0.0.1.:80", "1.2.3.4.5:80"],
    ...[
      "[::1%lo]:80",
      "[127.0.0.1]:80",
      "::1:80",
      "[::1]",
      "exämple.org:443",
      "a b.org:443",
      "a\\b.org:443",
      "%61.org:443",
    ],
    ...["registry.example.org:+443", "registry.example.org: 443", "", ":443", "/x:443", "http://a.org:443"],
  ];
  for (const trick of tricks) expect(readAuthority(trick), trick).toBeUndefined();
});

test("an address of plain HTTP is read with its server, port and path, and no other form is", () => {
  expect(readUrl("http://a.example.org/x?y")).toMatchObject({
    host: "a.example.org",
    port: 80,
    path: "/x?y",
    authority: "a.example.org",
  });
  expect(readUrl("HTTP://a.example.org:8080?y")).toMatchObject({
    port: 8080,
    path: "/?y",
    authority: "a.example.org:8080",
  });
  const tricks = [
    ...["/x", "https://a.org/", "ftp://a.org/", "//a.org/", "http:///x", "http:a.org/", "http://a.org\\@b.org/", "*"],
    ...[
      "http://user:password@a.org/",
      "http://good.org#@evil.org/",
      "http://a.org:80:81/",
      "http://0x7f000001/",
      "http://1/",
    ],
  ];
  for (const trick of tricks) expect(readUrl(trick), trick).toBeUndefined();
});

test("a rule lets through its name and ports, and nothing that only looks like it", () => {
  expect(may(["registry.example.org"], "registry.example.org:443")).toBe(true);
  expect(may(["Registry.example.org"], "registry.example.org:80")).toBe(true);
  expect(may(["registry.example.org"], "registry.example.org:22")).toBe(false);
  expect(may(["registry.example.org:4873"], "registry.example.org:4873")).toBe(true);
  expect(may(["registry.example.org:4873"], "registry.example.org:443")).toBe(false);
  expect(may(["*.example.org"], "a.b.example.org:443")).toBe(true);
  for (const other of ["example.org:443", "badexample.org:443", "example.org.evil.org:443", "10.0.0.1:443"]) {
    expect(may(["*.example.org"], other), other).toBe(false);
  }
  expect(may([], "registry.example.org:443")).toBe(false);
});

test("addresses are let through where they are listed themselves, however they are written", () => {
  expect(may(["10.1.0.0/16:4873"], "10.1.2.3:4873")).toBe(true);
  expect(may(["10.1.0.0/16:4873"], "10.2.2.3:4873")).toBe(false);
  expect(may(["10.1.2.3"], "[::ffff:10.1.2.3]:443")).toBe(true);
  expect(may(["[fd00::1]:8080"], "[fd00:0::1]:8080")).toBe(true);
  expect(may(["fd00::/8"], "[fd12::1]:443")).toBe(true);
  expect(may(["1.1.1.1"], "8.8.8.8:443")).toBe(false);
});

test("a listed name may lead to public addresses, and to others only where they are listed", () => {
  const rules = hostRules(["registry.example.org", "10.0.0.5:443"]);
  expect(rules.mayConnect("93.184.216.34", 443)).toBe(true);
  expect(rules.mayConnect("10.0.0.5", 443)).toBe(true);
  expect(rules.mayConnect("10.0.0.5", 80)).toBe(false);
  expect(rules.mayConnect("169.254.169.254", 80)).toBe(false);
});

test("addresses of this host, its link, its site, and those that wrap others are not public", () => {
  const others = [
    ...[
      "127.0.0.1",
      "127.9.9.9",
      "0.0.0.0",
      "10.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254",
    ],
    ...["100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1"],
    ...["fd00:ec2::254", "fc00::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001:0::1"],
  ];
  for (const other of others) expect(isPublic(other), other).toBe(false);
  for (const one of ["1.1.1.1", "172.32.0.1", "2606:4700:4700::1111"]) expect(isPublic(one), one).toBe(true);
});

test("what can't stand in isolation.hosts is said", () => {
  for (const good of ["a.org", "*.a.org:443", "localhost:80", "10.0.0.0/8", "[::1]:80", "::1", "fd00::/8"]) {
    expect(hostRuleFault(good), good).toBeUndefined();
  }
  for (const bad of [
    "",
    "*",
    "a.*",
    "*.*.org",
    "https://a.org",
    "a.org/x",
    "a.org:0",
    "a.org:99999",
    "10.0.0.0/33",
    "10.1",
    "a b",
  ]) {
    expect(hostRuleFault(bad), bad).toBeTypeOf("string");
  }
});

test("the host's own proxy is used where its variables say so", () => {
  const environment = {
    HTTPS_PROXY: "http://me:p%40ss@proxy.corp:3128",
    NO_PROXY: "localhost,.corp.example,registry.org:4873",
  };
  const to = (host: string, port = 443) => upstreamOf(environment, "https", { host, isAddress: false, port });
  expect(to("registry.example.org")?.url.host).toBe("proxy.corp:3128");
  expect(to("registry.example.org")?.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  expect(to("a.corp.example")).toBeUndefined();
  expect(to("registry.org", 4873)).toBeUndefined();
  expect(to("registry.org")).toBeDefined();
  expect(upstreamOf(environment, "http", { host: "a.org", isAddress: false, port: 80 })).toBeUndefined();
});
