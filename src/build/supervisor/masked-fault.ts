import type { Redactor } from "../../base/redaction/redactor.ts";

const DEEPEST = 5;

/**
 * What was thrown, as an error whose texts are masked: it ends in the log of the process, and its message may quote a
 * command or what that printed. Of its other properties nothing is kept.
 */
export function maskedFault(redactor: Redactor, thrown: unknown): Error {
  const masked = new Error(redactor.text(thrown instanceof Error ? thrown.message : String(thrown)));
  masked.stack = redactor.text(stacksOf(thrown).join("\nbecause of "));
  return masked;
}

/** Of the error and of what caused it. */
function stacksOf(thrown: unknown): string[] {
  const stacks: string[] = [];
  let error: unknown = thrown;
  while (error instanceof Error && stacks.length < DEEPEST) {
    stacks.push(error.stack ?? error.message);
    error = error.cause;
  }
  return error === undefined || error instanceof Error ? stacks : [...stacks, String(error)];
}
