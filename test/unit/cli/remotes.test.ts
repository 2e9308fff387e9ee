import { expect, test } from "vitest";
import { appsOf, repositoryKey } from "../../../src/cli/checkout/remotes.ts";
import type { App } from "../../../src/protocol/app-api.ts";
import { PLAIN_APP } from "../../support/app.ts";

function app(name: string, gitUrl: string, subfolder = ""): App {
  return { ...PLAIN_APP, id: name, name, gitUrl, subfolder };
}

test("all addresses of one repository have one key", () => {
  const same = [
    "https://git.example.com/team/shop.git",
    "https://git.example.com/team/shop/",
    "https://ci:token@GIT.example.com/team/shop",
    "http://git.example.com:8080/team/shop.git",
    "ssh://git@git.example.com:2222/team/shop.git",
    "git@git.example.com:team/shop.git",
    "git.example.com:team/shop",
    "git@git.example.com:/team/shop.git",
  ];
  for (const address of same) expect(repositoryKey(address), address).toBe("git.example.com/team/shop");
  for (const address of ["/srv/git/shop.git", "file:///srv/git/shop.git", "/srv/git/shop/.git"]) {
    expect(repositoryKey(address), address).toBe("/srv/git/shop");
  }
  expect(repositoryKey("https://[::1]:3000/shop.git")).toBe("[::1]/shop");
});

test("other repositories have other keys", () => {
  const different = ["https://a.com/x/y", "https://a.com/x/Y", "https://b.com/x/y", "https://a.com/y", "/x/y"];
  expect(new Set(different.map(repositoryKey)).size).toBe(different.length);
});

test("of several apps in one repository the one around the current folder is taken", () => {
  const apps = [
    app("root", "https://a.com/mono.git"),
    app("shop", "https://a.com/mono.git", "apps/shop"),
    app("shopping", "https://a.com/mono.git", "./apps/shopping/"),
    app("other", "https://a.com/other.git"),
  ];
  const names = (folder: string) => appsOf(apps, ["git@a.com:mono.git"], folder).map((each) => each.name);
  expect(names("")).toEqual(["root"]);
  expect(names("apps/shop/src/")).toEqual(["shop"]);
  expect(names("apps/shopping/")).toEqual(["shopping"]);
  const withoutRoot = appsOf(apps.slice(1), ["git@a.com:mono.git"], "docs/");
  expect(withoutRoot.map((each) => each.name)).toEqual(["shop", "shopping"]);
  expect(appsOf(apps, ["https://c.com/mono.git"], "")).toEqual([]);
});
