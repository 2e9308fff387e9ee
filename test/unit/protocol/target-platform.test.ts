import { expect, test } from "vitest";
import {
  fittingXcodes,
  isAtLeast,
  targetPlatformOf,
  type XcodeVersion,
  xcodeWishOf,
} from "../../../src/protocol/target-platform.ts";

const xcode = (version: string, beta = false): XcodeVersion => ({ version, beta });

test.each([
  ["macOS - 2026.10 (Xcode 26.0)", { wanted: "26.0", exact: "26.0.0", beta: false }],
  ["macOS (Xcode 16.2)", { wanted: "16.2", exact: "16.2.0" }],
  ["Xcode 16.2", { wanted: "16.2", exact: "16.2.0" }],
  ["Xcode 9.4.1", { wanted: "9.4.1", exact: "9.4.1" }],
  ["xcode-16.2", { wanted: "16.2" }],
  ["Xcode 26.1 beta", { wanted: "26.1 beta", exact: "26.1.0", beta: true }],
])("%s names one Xcode", (name, wish) => {
  expect(xcodeWishOf(name)).toMatchObject(wish);
});

test.each(["xcode 16", "Xcode >=16 <17", "Xcode >= 16, < 17", "16.x", "^16", "Xcode 15 - 16", "15.4 || 16"])(
  "%s names a range of Xcodes",
  (name) => {
    const wish = xcodeWishOf(name);
    expect(wish).toBeDefined();
    expect(wish).not.toHaveProperty("exact");
    expect(fittingXcodes(wish, [xcode("14.3.1"), xcode("17.0"), xcode("16.2")])).toEqual([xcode("16.2")]);
  },
);

test.each([
  "",
  "Linux - 2026.10",
  "macOS",
  "macOS - 2026.10",
  "Xcode",
  "Xcode new",
  "mini",
  "1.2.3.4",
  "Xcode beta",
  "16.2-rc",
])("%j names no Xcode", (name) => {
  expect(xcodeWishOf(name)).toBeUndefined();
});

test("A name that is long and nearly a range is told apart quickly", () => {
  const begun = performance.now();
  expect(xcodeWishOf(`Xcode ${">=1 || ".repeat(5_000)}!`)).toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(500);
});

test("The very version goes first, then the newest of the range; betas only when nothing else fits, or when asked for", () => {
  const all = [
    xcode("16.2"),
    xcode("26.0", true),
    xcode("16.2.1"),
    xcode("9.4.1"),
    xcode("16.10"),
    xcode("16.11", true),
  ];
  const best = (name: string | undefined) => fittingXcodes(name === undefined ? undefined : xcodeWishOf(name), all);
  expect(best("Xcode 16.2").map(({ version }) => version)).toEqual(["16.2", "16.2.1"]);
  expect(best("Xcode 16").map(({ version }) => version)).toEqual(["16.10", "16.2.1", "16.2", "16.11"]);
  expect(best("Xcode 26.0")).toEqual([xcode("26.0", true)]);
  expect(best("Xcode 16 beta")).toEqual([xcode("16.11", true)]);
  expect(best("Xcode 17")).toEqual([]);
  expect(best(undefined).map(({ version }) => version)).toEqual(["16.10", "16.2.1", "16.2", "9.4.1", "26.0", "16.11"]);
});

test("The name under which an Xcode is offered asks for just that one", () => {
  for (const each of [xcode("16.2"), xcode("26.1", true), xcode("9.4.1")]) {
    const others = [xcode("16.3"), xcode("26.1"), xcode("9.4"), xcode("26.2", true)];
    expect(fittingXcodes(xcodeWishOf(targetPlatformOf(each)), [...others, each])[0]).toEqual(each);
  }
});

test("Versions are compared by their numbers", () => {
  expect(isAtLeast("9.4.1", "11")).toBe(false);
  expect(isAtLeast("15.0", "15")).toBe(true);
  expect(isAtLeast("26.0", "15")).toBe(true);
  expect(isAtLeast("1.16.2", "1.16.0")).toBe(true);
});
