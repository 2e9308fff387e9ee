import { expect, test } from "vitest";
import { matchesBranch, patternFault } from "../../../src/controller/automations/branch-patterns.ts";

test("a star stands for any text, also for none and for slashes; everything else for itself", () => {
  const matching: [string, string][] = [
    ["main", "main"],
    ["*", "feature/a/b"],
    ["dev*other", "dev/some/other"],
    ["dev*other", "devother"],
    ["release/*", "release/1.0"],
    ["*-fix", "a-fix-fix"],
    ["a*b*c", "aXbXbXc"],
    ["**", ""],
    ["a.b", "a.b"],
  ];
  for (const [pattern, branch] of matching) expect(matchesBranch(pattern, branch), `${pattern} ${branch}`).toBe(true);
  const others: [string, string][] = [
    ["main", "main2"],
    ["main", "Main"],
    ["dev*other", "dev/others"],
    ["release/*", "release"],
    ["a*a", "a"],
    ["ab*bc", "abc"],
    ["a*b*b", "ab"],
    ["a.b", "axb"],
    ["", "main"],
  ];
  for (const [pattern, branch] of others) expect(matchesBranch(pattern, branch), `${pattern} ${branch}`).toBe(false);
});

test("many stars take no longer than few", () => {
  const began = performance.now();
  expect(matchesBranch("*a".repeat(120), "a".repeat(5000))).toBe(true);
  expect(matchesBranch(`${"*a".repeat(120)}b`, "a".repeat(5000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});

test("what no branch can be called is no pattern", () => {
  for (const pattern of ["refs/heads/main", "a b", "a..b", "-x", "/x", "x/", "a//b", "x^", "a?b", "[ab]", "x@{y}"]) {
    expect(patternFault(pattern), pattern).toBeDefined();
  }
  for (const pattern of ["main", "*", "feature/*", "dev*other", "*/x", "ähm", "a.b_c-d@e"]) {
    expect(patternFault(pattern), pattern).toBeUndefined();
  }
});
