import type { BuildDetails, BuildStep } from "../../protocol/api.ts";
import type { LogStep } from "../../protocol/page-api.ts";

/** A step as the log shows it. */
export interface StepRow extends LogStep {
  /** What is known of it besides; only of the last attempt. */
  step?: BuildStep;
}

/** The headings of a log with the steps that they are. Steps of the build are those of its last attempt. */
export function stepRows(headings: readonly LogStep[], steps: readonly BuildStep[]): StepRow[] {
  const rows: StepRow[] = headings.map((heading) => ({ ...heading }));
  let end = rows.length;
  for (const step of [...steps].reverse()) {
    const index = rows.findLastIndex((row, place) => place < end && row.title === step.title);
    if (index < 0) continue;
    rows[index] = { ...(rows[index] as StepRow), step };
    end = index;
  }
  return rows;
}

/**
 * The headings whose steps begin folded: what ended well, and earlier attempts. The last step is always open, since the log
 * is shown from its end.
 */
export function foldedAtFirst(rows: readonly StepRow[]): Set<number> {
  const done = ({ step }: StepRow) => step === undefined || !["running", "failed", "canceled"].includes(step.state);
  return new Set(
    rows
      .slice(0, -1)
      .filter(done)
      .map(({ line }) => line),
  );
}

/** Whether more of its log may come. */
export function isLive({ status }: Pick<BuildDetails, "status">): boolean {
  return status !== "success" && status !== "failed" && status !== "canceled";
}
