import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { COURSES, play } from "../../skew/courses.ts";
import { whyNoOlderRelease } from "../../skew/older-release.ts";
import { temporaryFolder } from "../../support/controller.ts";

test("make test-skew changes an agent in the middle of a build: here with one release in both places", async () => {
  const today = resolve("dist/cli/main.js");
  const course = COURSES.at(-1);
  if (!course) throw new Error("there is no course");
  const steps: string[] = [];
  const change = { ...course, changes: course.changes.slice(0, 1) };
  expect(await play(change, { older: today, newer: today }, 12_000, (step) => steps.push(step))).toEqual([]);
  expect(steps.at(-1)).toBe("the build that went through it all: whole");
});

test("a clone without the older commit is told, and how to get it", () => {
  const folder = temporaryFolder();
  execFileSync("git", ["init", "--quiet", folder]);
  expect(whyNoOlderRelease(folder)).toMatch(/isn't in this clone\. In a shallow one say: git fetch --unshallow/);
});
