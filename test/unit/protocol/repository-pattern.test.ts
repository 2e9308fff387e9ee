import { expect, test } from "vitest";
import { nameText, repositoryName } from "../../../src/protocol/repository-name.ts";
import { allowsRepository, isRepositoryPattern, matchesText } from "../../../src/protocol/repository-pattern.ts";

const textOf = (address: string) => {
  const name = repositoryName(address);
  return name && nameText(name);
};

test("One repository has one name, however its address is written", () => {
  const same = [
    "https://github.com/acme/app",
    "https://github.com/acme/app.git",
    "https://github.com/acme/app.git/",
    "https://GitHub.com:443/acme/app.git",
    "https://ann:secret@github.com/acme/app.git",
    "ssh://git@github.com/acme/app.git",
    "ssh://git@github.com:22/acme/app.git",
    "git@github.com:acme/app.git",
    "github.com:acme/app",
    "git@github.com:/acme/app.git",
  ];
  for (const address of same) expect([address, textOf(address)]).toEqual([address, "github.com/acme/app"]);
  expect(textOf("https://git.acme.com:8443/x/app.git")).toBe("git.acme.com:8443/x/app");
  expect(textOf("http://github.com/acme/app.git")).toBe("http://github.com/acme/app");
  expect(textOf("/srv/git/app.git")).toBe("file:///srv/git/app");
  expect(textOf("file:///srv/git/app.git")).toBe("file:///srv/git/app");
});

const ODD = [
  "https://github.com@evil.example@x/acme/app",
  "https://github.com\\@evil.example/acme/app",
  "https://evil.example\\.github.com/acme/app",
  "https://github.com/acme/%2e%2e/other/app",
  "https://github.com/acme/app%2Fx",
  "https://github.com%2f@evil.example:x/acme/app",
  "https://github.com/acme/../evil/app",
  "git@github.com:acme/../evil/app",
  "https://github.com/acme//app",
  "https://github.com/acme/app?x=1",
  "https://github.com/acme/app#x",
  "https://github.com/acme/app\n",
  "https://github.com /acme/app",
  "https://-oProxyCommand=x/acme/app",
  "ssh://-oProxyCommand=x/acme/app",
  "-u@github.com:acme/app",
  "https://gıthub.com/acme/app",
  "ext::sh -c x",
  "fd::17/acme",
  "transport::https://github.com/acme/app",
  "ftp://github.com/acme/app",
  "https:github.com/acme/app",
  "https://github.com",
  "https://github.com/",
  "https:///github.com/acme/app",
  "file://github.com/acme/app",
  "acme/app",
  "",
];

test("An address that programs could take in two ways has no name, and is allowed by nothing but *", () => {
  const patterns = ["github.com/**", "github.com/acme/*", "ssh://https/**", "file:///**", "http://github.com/**"];
  for (const address of ODD) {
    expect([address, repositoryName(address)]).toEqual([address, undefined]);
    expect(allowsRepository(patterns, address)).toBe(false);
    expect(allowsRepository(["*"], address)).toBe(true);
  }
});

test("What stands before an @ is a login and no host", () => {
  const github = ["github.com/**"];
  for (const address of ["https://github.com@evil.example/acme/app", "https://github.com:x@evil.example/acme/app"]) {
    expect(allowsRepository(github, address)).toBe(false);
    expect(allowsRepository(["evil.example/acme/*"], address)).toBe(true);
  }
  expect(allowsRepository(github, "github.com@evil.example:acme/app")).toBe(false);
  expect(allowsRepository(github, "https://evil.example/github.com/acme/app")).toBe(false);
  expect(allowsRepository(github, "https://github.com.evil.example/acme/app")).toBe(false);
  expect(allowsRepository(github, "https://github.com./acme/app")).toBe(false);
});

test("A star stands for a part of one name, two for any folders; capitals count in paths", () => {
  const allows = (pattern: string, path: string) => allowsRepository([pattern], `https://h.example/${path}`);
  expect(allows("h.example/acme/*", "acme/app.git")).toBe(true);
  expect(allows("h.example/acme/*", "acme/mobile/app")).toBe(false);
  expect(allows("h.example/acme/*", "acme")).toBe(false);
  expect(allows("h.example/acme/app-*", "acme/app-one")).toBe(true);
  expect(allows("h.example/acme/app-*", "acme/other")).toBe(false);
  expect(allows("h.example/acme/app.x", "acme/appyx")).toBe(false);
  expect(allows("h.example/acme/**", "acme/mobile/app")).toBe(true);
  expect(allows("h.example/**/app", "a/b/app")).toBe(true);
  expect(allows("h.example/acme/**", "acmeevil/app")).toBe(false);
  expect(allows("h.example/acme/*", "ACME/app")).toBe(false);
  expect(allows("H.Example/acme/*", "acme/app")).toBe(true);
  expect(allowsRepository([], "https://h.example/a")).toBe(false);
});

test("A pattern without a scheme is for https and ssh, and for no other port than it names", () => {
  expect(allowsRepository(["h.example/*"], "git@h.example:app")).toBe(true);
  for (const address of ["http://h.example/app", "git://h.example/app", "https://h.example:8443/app"]) {
    expect(allowsRepository(["h.example/*"], address)).toBe(false);
  }
  expect(allowsRepository(["http://h.example:8080/git/*"], "http://h.example:8080/git/a1.git")).toBe(true);
  expect(allowsRepository(["ssh://h.example/*"], "https://h.example/app")).toBe(false);
  expect(allowsRepository(["h.example:2222/*"], "ssh://git@h.example:2222/app.git")).toBe(true);
  expect(allowsRepository(["file:///srv/git/*"], "/srv/git/app.git")).toBe(true);
  expect(allowsRepository(["file:///srv/git/*"], "/srv/other/app.git")).toBe(false);
});

test("A pattern that could mean something else than it seems is none", () => {
  for (const pattern of ["*", "github.com/acme/*", "git.acme.com:8443/**", "file:///srv/*", "http://h/x"]) {
    expect([pattern, isRepositoryPattern(pattern)]).toEqual([pattern, true]);
  }
  for (const pattern of ["**", "github.com", "*.acme.com/x", "git@github.com:acme/x", "https://a@h/x", "a b/c", ""]) {
    expect([pattern, isRepositoryPattern(pattern)]).toEqual([pattern, false]);
  }
});

test("Names are compared whole", () => {
  expect(matchesText("staging", "staging")).toBe(true);
  expect(matchesText("staging", "staging-2")).toBe(false);
  expect(matchesText("APP_*", "APP_NAME")).toBe(true);
  expect(matchesText("APP_*", "PATH")).toBe(false);
  expect(matchesText("a.c", "abc")).toBe(false);
  expect(matchesText("*", "any\nthing")).toBe(true);
});
