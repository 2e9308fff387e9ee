import { expect, test } from "vitest";
import {
  type HostOffer,
  meets,
  type Requirement,
  readRequirement,
  requirementOfForm,
  requirementOfName,
  requirementText,
} from "../../../src/protocol/requirement.ts";

const xcode = (version: string, beta = false) => ({ version, beta });
const LINUX: HostOffer = { os: "linux", names: [], xcodes: [] };
const MAC: HostOffer = { os: "macos", names: [], xcodes: [xcode("16.2")] };

test.each<[string, Requirement]>([
  ["macOS - 2026.10 (Xcode 26.0)", { os: "macos", xcode: "26.0" }],
  ["macOS (Xcode 16.2)", { os: "macos", xcode: "16.2" }],
  ["macOS - 2023.10 - Apple silicon", { os: "macos" }],
  ["macOS - 2020.11", { os: "macos" }],
  ["iOS - Xcode 11", { os: "macos", xcode: "11" }],
  ["iOS - Xcode 11 (Preferred)", { os: "macos" }],
  ["iOS", { os: "macos" }],
  ["Linux - 2024.10", { os: "linux" }],
  ["Linux - 2024.10 (Preferred)", { os: "linux" }],
  ["Android", {}],
  ["Android (Preferred)", {}],
  ["Xcode >=16 <17", { os: "macos", xcode: ">=16 <17" }],
  [" xcode 26.1 beta ", { os: "macos", xcode: "26.1 beta" }],
  ["16.x", { os: "macos", xcode: "16.x" }],
])("%j says what it asks for by its form", (name, requirement) => {
  expect(requirementOfForm(name)).toEqual(requirement);
});

test.each([
  "",
  "lab",
  "Linuxen",
  "Linux box 3",
  "Linux - Xcode 16",
  "macOS - Xcode new",
  "macOS - Xcode 16 - Xcode 15",
])("%j has no form that says anything", (name) => expect(requirementOfForm(name)).toBeUndefined());

test("A name that an agent promises asks for such an agent, one with an Xcode also for that Xcode", () => {
  expect(requirementOfName("lab", false)).toBeUndefined();
  expect(requirementOfName("lab", true)).toEqual({ label: "lab" });
  expect(requirementOfName("Linux - 2024.10", true)).toEqual({ label: "Linux - 2024.10" });
  expect(requirementOfName("Linux - 2024.10", false)).toEqual({ os: "linux" });
  const stack = "macOS - 2024.09 (Xcode 15.4)";
  expect(requirementOfName(stack, true)).toEqual({ os: "macos", xcode: "15.4", orLabel: stack });
  expect(requirementOfName(stack, false)).toEqual(requirementOfName(stack, true));
});

test("A host meets a requirement when it has every part of it, or promises the name that stands for all", () => {
  const met: [HostOffer, Requirement, boolean][] = [
    [LINUX, {}, true],
    [LINUX, { os: "linux" }, true],
    [MAC, { os: "linux" }, false],
    [{ ...LINUX, os: undefined }, { os: "linux" }, false],
    [MAC, { os: "macos", xcode: "16.x" }, true],
    [MAC, { os: "macos", xcode: "26" }, false],
    [LINUX, { os: "macos", xcode: "16" }, false],
    [{ ...LINUX, xcodes: [xcode("16.2")] }, { os: "macos" }, true], // it stands in for a Mac
    [{ ...MAC, names: ["lab"] }, { os: "macos", label: "lab" }, true],
    [{ ...LINUX, names: ["lab"] }, { os: "macos", label: "lab" }, false],
    [{ ...LINUX, names: ["Lab"] }, { label: "lab" }, false],
    [{ ...MAC, names: ["old"] }, { os: "macos", xcode: "15.4", orLabel: "old" }, true],
    [MAC, { os: "macos", xcode: "15.4", orLabel: "old" }, false],
  ];
  for (const [offer, requirement, expected] of met)
    expect(meets(offer, requirement), JSON.stringify([offer, requirement])).toBe(expected);
});

test("The same requirement has the same text, and one that asks for nothing has none", () => {
  expect(requirementText({ xcode: "16", os: "macos" })).toBe(requirementText({ os: "macos", xcode: "16" }));
  expect(requirementText({})).toBeNull();
  expect(readRequirement(requirementText({ label: "lab" }))).toEqual({ label: "lab" });
  expect(readRequirement(null)).toEqual({});
});

test("A long name that is nearly of a form is told apart quickly", () => {
  const begun = performance.now();
  for (const name of [`macOS${" - ".repeat(5_000)}x`, `macOS ${"(".repeat(9_000)}!`, `Linux${" ".repeat(9_000)}!`])
    expect(requirementOfForm(name)).toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(500);
});
