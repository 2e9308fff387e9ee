import { expect } from "vitest";
import { type Failure, MillwrightError } from "../../../src/base/errors/millwright-error.ts";

/** The failure that a call throws. Fails the test when it throws nothing, or anything but a MillwrightError. */
export function failureOfCall(call: () => unknown): Failure {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MillwrightError);
  return (thrown as MillwrightError).failure;
}
