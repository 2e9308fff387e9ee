import { expect, test } from "vitest";
import { metadataLines } from "../../../src/page/build/metadata.ts";
import { addressOf, filterOf, isEmpty, shows } from "../../../src/page/builds/filter.ts";
import { withChange } from "../../../src/page/builds/shown-builds.ts";
import { shortCommit, whatIsBuilt } from "../../../src/page/builds/words.ts";
import type { Build } from "../../../src/protocol/api.ts";

const build = (id: number, more: Partial<Build> = {}) =>
  ({
    id,
    app: { id: "a1", name: "demo" },
    kind: "package",
    platform: "android",
    buildType: "debug",
    status: "queued",
    commit: "main",
    ...more,
  }) as Build;
const ids = (builds: readonly Build[]) => builds.map(({ id }) => id);

test("a change is shown in its place, a new build on top, and one that no longer fits goes", () => {
  const builds = [build(9), build(7)];
  expect(withChange(builds, build(7, { status: "running" }), true)[1]?.status).toBe("running");
  expect(ids(withChange(builds, build(12), true))).toEqual([12, 9, 7]);
  expect(ids(withChange(builds, build(9), false))).toEqual([7]);
  expect(withChange(builds, build(3), true), "it belongs to an older page").toBe(builds);
  expect(withChange(builds, build(12), false)).toBe(builds);
});

test("a filter stands in the address and comes back from it", () => {
  const filter = { app: "a1", platform: "ios", status: "failed" as const, branch: "feature/x y" };
  const address = new URL(`http://h${addressOf(filter)}`);
  expect(filterOf(Object.fromEntries(address.searchParams))).toEqual(filter);
  expect(isEmpty(filterOf({ status: "nonsense" }))).toBe(true);
  expect(addressOf(filterOf({}))).toBe("/builds");
});

test("a build is shown when all of the filter holds, the app by id or name", () => {
  const shown = (part: object, more: Partial<Build> = {}) => shows({ ...filterOf({}), ...part }, build(1, more));
  expect(shown({})).toBe(true);
  expect(shown({ app: "demo" })).toBe(true);
  expect(shown({ app: "other" })).toBe(false);
  expect(shown({ branch: "main" })).toBe(false);
  expect(shown({ branch: "main" }, { branch: "main" })).toBe(true);
  expect(shown({ status: "running" })).toBe(false);
});

test("builds are named as people name them", () => {
  expect(whatIsBuilt(build(1, { packageType: "aab", buildType: "release" }))).toBe("Android release (aab)");
  expect(whatIsBuilt(build(1, { kind: "deploy", platform: "web" }))).toBe("Deploy build");
  expect(shortCommit(build(1, { commitSha: "0123456789012345678901234567890123456789" }))).toBe("01234567");
  expect(shortCommit(build(1))).toBe("main");
});

test("what a file says about itself begins with what people look for", () => {
  const lines = metadataLines({
    minSdk: "24",
    permissions: ["a", "b"],
    versionName: "1.2",
    empty: "",
    none: [],
    identifier: "x.y",
  });
  expect(lines).toEqual([
    ["Identifier", "x.y"],
    ["Version", "1.2"],
    ["Least SDK", "24"],
    ["Permissions", "a, b"],
  ]);
});
