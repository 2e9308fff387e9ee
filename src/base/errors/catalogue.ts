import { AGENT_ERRORS } from "./catalogue-agent.ts";
import { BUILD_ERRORS } from "./catalogue-build.ts";
import { COMMAND_ERRORS } from "./catalogue-command.ts";
import { CONTROLLER_ERRORS } from "./catalogue-controller.ts";
import { SOURCE_ERRORS } from "./catalogue-source.ts";

/** Every error that a person can meet. docs/errors.md is made from it; a test holds both together. */
export const CATALOGUE = {
  ...SOURCE_ERRORS,
  ...BUILD_ERRORS,
  ...AGENT_ERRORS,
  ...CONTROLLER_ERRORS,
  ...COMMAND_ERRORS,
};

export type ErrorCode = keyof typeof CATALOGUE;

/** Whether the same build may be tried again by itself: only what was not the user's doing. */
export function isRetryable(code: string): boolean {
  const entry = (CATALOGUE as Record<string, { retry?: boolean }>)[code];
  return entry?.retry === true;
}
