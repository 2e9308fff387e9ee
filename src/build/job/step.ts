import type { StepId } from "../../protocol/steps.ts";
import type { JobContext } from "./context.ts";

/** How a step ended when it didn't fail. */
export type StepEnd =
  | { outcome: "ok" }
  /** It went on, but a person should know `detail`. */
  | { outcome: "warning"; detail: string }
  /** There was nothing to do, because of `detail`. */
  | { outcome: "skipped"; detail: string };

/** One step of the way of a build. `run` throws a MillwrightError when the step failed. */
export interface Step {
  id: StepId;
  run(context: JobContext): Promise<StepEnd>;
}

export const OK: StepEnd = { outcome: "ok" };

export function warning(detail: string): StepEnd {
  return { outcome: "warning", detail };
}

export function skipped(detail: string): StepEnd {
  return { outcome: "skipped", detail };
}
