import type { BuildStep } from "../../protocol/api.ts";

/** What stands for the state of a step, besides its colour. */
export const STEP_SIGNS: Record<BuildStep["state"], string> = {
  running: "●",
  ok: "✓",
  warning: "!",
  skipped: "–",
  failed: "✗",
  canceled: "–",
};

/** The same for those who hear the page. */
export const STEP_WORDS: Record<BuildStep["state"], string> = {
  running: "running",
  ok: "done",
  warning: "done with a warning",
  skipped: "skipped",
  failed: "failed",
  canceled: "canceled",
};
