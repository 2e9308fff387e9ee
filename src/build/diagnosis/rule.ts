import type { ErrorCode } from "../../base/errors/catalogue.ts";
import type { FailureValues } from "../../base/errors/millwright-error.ts";
import type { HostPlatform } from "../../protocol/build-types.ts";
import type { StepId } from "../../protocol/steps.ts";

/** The command that failed, as far as rules look at it. */
export interface FailedCommand {
  step: StepId;
  platform: HostPlatform;
  /** `npm ci`, `npm run build`: for texts. */
  command: string;
  /** `exit code 1`, `signal SIGKILL`. */
  exit: string;
  /** package.json of the app says `"type": "module"`. */
  appIsModule: boolean;
}

/** The output around a matched line. */
export interface Around {
  /** The first match of a pattern, in the lines from 12 before to 60 behind the matched one. */
  find(pattern: RegExp): RegExpExecArray | undefined;
  command: FailedCommand;
}

/**
 * One known failure of another tool: the lines that give it away, and the facts in them. Each pattern is held against single
 * lines, without colours. `values` names all that the code's texts want, and answers undefined when the line means something
 * else after all.
 */
export interface Rule {
  code: ErrorCode;
  steps: readonly StepId[];
  platform?: HostPlatform;
  pattern: RegExp | readonly RegExp[];
  values?(match: RegExpExecArray, around: Around): FailureValues | undefined;
}

/** Steps in which npm, Yarn or pnpm install something: the app's dependencies, cordova, platforms and plugins. */
export const INSTALLING: readonly StepId[] = ["install", "platform", "compile"];
/** Steps in which cordova runs. */
export const CORDOVA: readonly StepId[] = ["platform", "compile"];
export const COMPILE: readonly StepId[] = ["compile"];
export const WEB: readonly StepId[] = ["web-build"];
export const ANY: readonly StepId[] = ["install", "web-build", "platform", "compile"];

/** The n-th group of a match, or what to say where the tool didn't name it. */
export function group(match: RegExpExecArray | undefined, index: number, otherwise: string): string {
  const text = match?.[index]?.trim() ?? "";
  return text === "" ? otherwise : text;
}
