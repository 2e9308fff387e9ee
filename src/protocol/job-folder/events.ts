import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { StepId, StepOutcome } from "../steps.ts";

export interface JobEvent {
  /** From 1, without gaps. */
  seq: number;
  atMs: number;
  /** A `part` comes before the end of its step, from a newer agent only: whoever doesn't know it may pass it over. */
  kind: "step-started" | "step-finished" | "commit" | "part" | "cache";
  step: StepId | "";
  title: string;
  outcome: StepOutcome | "";
  /** Why it was skipped, what warned, the 40 digits of the commit, how many ms a part took, or a CacheUse. */
  detail: string;
}

/** Appends events to `events.ndjson`, one JSON line each. */
export class EventWriter {
  private seq = 0;
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Without a time the event is of now. */
  write(event: Omit<JobEvent, "seq" | "atMs"> & { atMs?: number }): void {
    this.seq += 1;
    appendFileSync(this.file, `${JSON.stringify({ seq: this.seq, atMs: Date.now(), ...event })}\n`, { mode: 0o600 });
  }
}

/** The whole events of the file behind `afterSeq`; a line still being written is left for the next time. */
export function readEvents(file: string, afterSeq: number): JobEvent[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JobEvent)
    .filter((event) => event.seq > afterSeq);
}
