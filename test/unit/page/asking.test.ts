import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLine } from "../../../src/page/build/command-line.ts";
import { knownCommits } from "../../../src/page/start/known-commits.ts";
import { type Asked, EMPTY, ofPlatform, requestOf } from "../../../src/page/start/request.ts";
import type { Build } from "../../../src/protocol/api.ts";
import type { Push } from "../../../src/protocol/push-api.ts";

const BUILD: Build = {
  id: 7,
  app: { id: "a1", name: "It's a shop" },
  account: "default",
  kind: "package",
  platform: "ios",
  buildType: "ad-hoc",
  status: "success",
  commit: "main",
  commitSha: "0123456789012345678901234567890123456789",
  targetPlatform: "macOS - 2026.10 (Xcode 26.0)",
  attempt: 1,
  createdAt: "2026-11-21T00:00:00.000Z",
  cancelRequested: false,
};

test("the command line of a build is what a shell takes apart into the very words", () => {
  const line = commandLine(BUILD);
  const words = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
    .trim()
    .split("\n");
  const named = ["--app", "It's a shop", "--commit", BUILD.commitSha, "--target-platform", BUILD.targetPlatform];
  expect(words).toEqual(["millwright", "package", "build", "ios", "ad-hoc", ...named]);
});

test("a deploy build is asked for without what only packages have", () => {
  const asked: Asked = { ...EMPTY, commit: " main ", securityProfile: "p", nativeConfig: "n", environment: "e" };
  expect(requestOf({ ...asked, platform: "web" })).toEqual({ kind: "deploy", commit: "main", environment: "e" });
  expect(requestOf(asked)).toEqual({
    kind: "package",
    commit: "main",
    platform: "android",
    buildType: "debug",
    environment: "e",
    securityProfile: "p",
    nativeConfig: "n",
  });
});

test("another platform has its own build types, and forgets what only the old one knows", () => {
  expect({ ...EMPTY, packageType: "aab", securityProfile: "p", ...ofPlatform("ios") }).toMatchObject({
    platform: "ios",
    buildType: "development",
    packageType: "",
    securityProfile: "",
  });
});

test("the commits that are known are branches first, without those that were deleted", () => {
  const push = (branch: string, commit: string | undefined, note: string) => ({ branch, commit, note }) as Push;
  const pushes = [
    push("main", "c3", "third"),
    push("old", undefined, ""),
    push("old", "c2", "second"),
    push("main", "c1", "first"),
  ];
  expect(knownCommits(pushes)).toEqual([
    { value: "main", note: "third" },
    { value: "c3", note: "main: third" },
    { value: "c2", note: "old: second" },
    { value: "c1", note: "main: first" },
  ]);
});
