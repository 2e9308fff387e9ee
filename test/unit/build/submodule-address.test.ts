import { expect, test } from "vitest";
import type { Origin } from "../../../src/build/checkout/origin.ts";
import { mirrorName } from "../../../src/build/checkout/repository-address.ts";
import { submoduleOrigin } from "../../../src/build/checkout/submodule-address.ts";

const originOf = (url: string): Origin => ({ url, appLogin: true, fromCommit: false, path: "" });

function resolved(app: string, url: string, parent = app) {
  const found = submoduleOrigin(originOf(app), { ...originOf(parent), fromCommit: true }, "libs/a", url);
  return "reason" in found ? "refused" : [found.url, found.appLogin];
}

test("Relative addresses are those beside the repository that names them", () => {
  const app = "https://example.com/team/app.git";
  expect(resolved(app, "../lib.git")).toEqual(["https://example.com/team/lib.git", true]);
  expect(resolved(app, "../../other/lib.git")).toEqual(["https://example.com/other/lib.git", true]);
  expect(resolved("git@example.com:team/app.git", "../lib.git")).toEqual(["git@example.com:team/lib.git", true]);
  expect(resolved("ssh://git@example.com/team/app.git", "../lib.git")).toEqual([
    "ssh://git@example.com/team/lib.git",
    true,
  ]);
  expect(resolved(app, "../deep.git", "https://other.example/x/lib.git")).toEqual([
    "https://other.example/x/deep.git",
    false,
  ]);
  expect(resolved("git@example.com:app.git", "../../x.git")).toBe("refused");
  for (const local of ["/srv/app.git", "file:///srv/app.git"]) expect(resolved(local, "../lib.git")).toBe("refused");
});

test("The app's credentials go to its own server only, and by https where ssh was meant", () => {
  const app = "https://example.com/team/app.git";
  expect(resolved(app, "https://example.com/x.git")).toEqual(["https://example.com/x.git", true]);
  expect(resolved(app, "git@example.com:team/lib.git")).toEqual(["https://example.com/team/lib.git", true]);
  expect(resolved(app, "ssh://git@example.com/team/lib.git")).toEqual(["https://example.com/team/lib.git", true]);
  expect(resolved(app, "http://example.com/x.git")).toEqual(["http://example.com/x.git", false]);
  expect(resolved(app, "https://example.com:8443/x.git")).toEqual(["https://example.com:8443/x.git", false]);
  expect(resolved(app, "https://example.com.evil.example/x.git")).toEqual([
    "https://example.com.evil.example/x.git",
    false,
  ]);
  expect(resolved(app, "git@other.example:x.git")).toEqual(["git@other.example:x.git", false]);
  expect(resolved("git@example.com:a.git", "git@example.com:b.git")).toEqual(["git@example.com:b.git", true]);
  // A login that stands in .gitmodules itself is for that address.
  expect(resolved(app, "https://ann:pw@example.com/x.git")).toEqual(["https://example.com/x.git", false]);
});

test("Whatever else git would take for an address is refused", () => {
  const app = "https://example.com/team/app.git";
  const urls = [
    "/srv/x",
    "x",
    "file:///x",
    "ext::sh -c x",
    "-x",
    "--upload-pack=x",
    "git://h/x",
    "ftp://h/x",
    "",
    "http://",
  ];
  urls.push(
    "ssh://-oProxyCommand=x/y",
    "-oProxyCommand=x:y",
    "git@host:-x",
    "https://h/a\nb",
    "https://h/a b",
    "fd::7",
    "C:\\x",
  );
  for (const url of urls) expect(resolved(app, url), url).toBe("refused");
});

test("What was fetched with credentials has a mirror of its app alone", () => {
  const address = { url: "https://example.com/a.git" };
  expect(new Set([mirrorName(address), mirrorName(address, "a1"), mirrorName(address, "a2")]).size).toBe(3);
});
