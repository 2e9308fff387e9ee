import { ACCOUNT_ERRORS } from "./catalogue-account.ts";
import { AGENT_ERRORS } from "./catalogue-agent.ts";
import { BLOB_ERRORS } from "./catalogue-blobs.ts";
import { BUILD_ERRORS } from "./catalogue-build.ts";
import { COMMAND_ERRORS } from "./catalogue-command.ts";
import { CONTROLLER_ERRORS } from "./catalogue-controller.ts";
import { JOINING_ERRORS } from "./catalogue-joining.ts";
import { KEEPING_ERRORS } from "./catalogue-keeping.ts";
import { KNOWN_FAILURES } from "./catalogue-known-failures.ts";
import { PUSH_ERRORS } from "./catalogue-pushes.ts";
import { RELEASE_ERRORS } from "./catalogue-releases.ts";
import { SIGNING_ERRORS } from "./catalogue-signing.ts";
import { SOURCE_ERRORS } from "./catalogue-source.ts";
import { STORE_ERRORS } from "./catalogue-store.ts";
import { TOOLCHAIN_ERRORS } from "./catalogue-toolchain.ts";
import { TRUST_ERRORS } from "./catalogue-trust.ts";

/** Every error that a person can meet. docs/errors.md is made from it; a test holds both together. */
export const CATALOGUE = {
  ...SOURCE_ERRORS,
  ...SIGNING_ERRORS,
  ...TOOLCHAIN_ERRORS,
  ...BUILD_ERRORS,
  ...KNOWN_FAILURES,
  ...AGENT_ERRORS,
  ...JOINING_ERRORS,
  ...RELEASE_ERRORS,
  ...CONTROLLER_ERRORS,
  ...ACCOUNT_ERRORS,
  ...KEEPING_ERRORS,
  ...BLOB_ERRORS,
  ...STORE_ERRORS,
  ...PUSH_ERRORS,
  ...COMMAND_ERRORS,
  ...TRUST_ERRORS,
};

export type ErrorCode = keyof typeof CATALOGUE;

/** Whether the same build may be tried again by itself: only what was not the user's doing. */
export function isRetryable(code: string): boolean {
  const entry = (CATALOGUE as Record<string, { retry?: boolean }>)[code];
  return entry?.retry === true;
}
