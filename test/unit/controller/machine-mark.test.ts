import { expect, test } from "vitest";
import { isUnbound, sameMachine } from "../../../src/controller/agents/machine-mark.ts";

test("a mark without a part fits every machine; two different parts never do", () => {
  expect(sameMachine("m1.aa", "m1.aa")).toBe(true);
  expect(sameMachine("m1", "m1.aa")).toBe(true); // of a release before, or of a host that tells nothing
  expect(sameMachine(".aa", "m1.aa")).toBe(true);
  expect(sameMachine("m1.aa", "m1.bb")).toBe(false);
  expect(sameMachine("m1.aa", "m2.aa")).toBe(false);
  expect([isUnbound(".aa"), isUnbound("."), isUnbound("m1.")]).toEqual([true, true, false]);
});
