import type { Selectable } from "kysely";
import type { EventRow } from "../store/tables.ts";
import type { Place } from "./attempt-spans.ts";
import { present } from "./attributes.ts";
import { spanIdOf } from "./ids.ts";
import type { PlainSpan } from "./plain-span.ts";

export interface StepFacts {
  leaseId: string;
  events: readonly Selectable<EventRow>[];
  /** Of the attempt, by the controller's clock. */
  startMs: number;
  endMs: number;
  /** Of the failure that ended the attempt. */
  code: string | undefined;
}

const RESULTS: Record<string, string> = {
  ok: "success",
  warning: "success",
  skipped: "skip",
  failed: "failure",
  canceled: "cancellation",
};

/** The steps of an attempt. One that never ended ends with it. Titles and details are left out: they may name anything. */
export function stepSpans(place: Place, { leaseId, events, startMs, endMs, code }: StepFacts): PlainSpan[] {
  const shift = clockShift(events, startMs, endMs);
  const begun = events.filter(({ kind }) => kind === "step-started");
  return begun.map(({ step, seq, at }) => {
    const end = events.find((each) => each.kind === "step-finished" && each.step === step && each.seq > seq);
    const from = at + shift;
    const failed = end ? end.outcome === "failed" : code !== undefined;
    return {
      ...place,
      spanId: spanIdOf(place.traceId, "step", leaseId, seq),
      name: step,
      kind: "internal" as const,
      startMs: from,
      endMs: Math.max(from, end ? end.at + shift : endMs),
      attributes: present({
        "cicd.pipeline.task.name": step,
        "cicd.pipeline.task.run.id": `${leaseId}-${seq}`,
        "cicd.pipeline.task.run.result": end ? RESULTS[end.outcome] : failed ? "error" : undefined,
        "error.type": failed ? code : undefined,
        "millwright.step.warned": end?.outcome === "warning" ? true : undefined,
        "millwright.clock.shift_ms": shift === 0 ? undefined : shift,
      }),
      ...(failed ? { error: code ?? "_OTHER" } : {}),
    };
  });
}

/**
 * Steps are timed by the clock of their host, all else by the controller's. Where they would lie outside their attempt, the
 * host's clock is wrong: they are shifted by as little as brings them in.
 */
export function clockShift(events: readonly Selectable<EventRow>[], startMs: number, endMs: number): number {
  const first = Math.min(...events.map(({ at }) => at));
  const last = Math.max(...events.map(({ at }) => at));
  if (events.length === 0 || (first >= startMs && last <= endMs)) return 0;
  if (first < startMs) return startMs - first;
  return Math.max(startMs - first, endMs - last);
}
