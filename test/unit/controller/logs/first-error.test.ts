import { expect, test } from "vitest";
import { findFirstError } from "../../../../src/controller/logs/first-error.ts";

function firstError(log: string, detail?: string, size = 1 << 20): Promise<number | undefined> {
  const bytes = Buffer.from(log);
  async function* pieces(from: number) {
    for (let at = from; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return findFirstError(pieces, { line: 1, lineAt: 0, at: 0 }, detail);
}

test("what the failure quotes is found, with colours and behind the path of the worktree", async () => {
  const log =
    "▸ Build\nerror: harmless\n\x1b[31m/w/src/a.ts(3,1): \x1b[0merror TS2322: Äh\nmore\n✗ failed after 3 s\n\n    src/a.ts(3,1): error TS2322: Äh\n";
  for (const size of [1, 7, 1 << 20]) {
    expect(await firstError(log, "src/a.ts(3,1): error TS2322: Äh\nmore", size)).toBe(3);
  }
});

test("the first quote goes before the next ones, wherever they stand", async () => {
  expect(await firstError("second one\nfirst one\n", "first one\nsecond one")).toBe(2);
  expect(await firstError("second one\nother\n", "first one\nsecond one")).toBe(1);
});

test.each([
  ["javac", "Note: x\nMain.java:3: error: ';' expected\n1 error\n", 2],
  ["npm", "npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve\n", 2],
  ["gradle", "FAILURE: Build failed with an exception.\n\n* What went wrong:\nno\n", 3],
  ["xcodebuild", "CompileC x\nfoo.m:1:1: fatal error: 'x.h' file not found\n", 2],
  ["Node", "x\nTypeError: y is not a function\n", 2],
  ["a shell", "sh: 1: ng: not found\nsh: ionic: command not found\n", 2],
  ["nothing known", "all is well\n0 errors\n✗ failed after 3 s\n", 3],
])("without a quote it is the first line like an error: %s", async (_tool, log, line) => {
  expect(await firstError(log)).toBe(line);
  expect(await firstError(log, "a quote that is nowhere", 5)).toBe(line);
});

test("there may be none", async () => {
  expect(await firstError("")).toBeUndefined();
  expect(await firstError("fine\n", "x")).toBeUndefined();
});
