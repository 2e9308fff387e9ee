import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import type { Limits } from "./limits.ts";

/** Thrown out of a step when its job was cancelled. */
export class Canceled extends Error {
  constructor() {
    super("the job was cancelled");
    this.name = "Canceled";
  }
}

const LOOK_EVERY_MS = 250;

/**
 * Everything that stops a job before its end: a cancel, the time limit of the job, the silence limit of a step. The first
 * one counts. `signal` aborts what runs.
 */
export class Stop {
  private readonly controller = new AbortController();
  private reason: Canceled | MillwrightError | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  cancel(): void {
    this.stopFor(new Canceled());
  }

  /** The job can't go on. */
  fail(error: MillwrightError): void {
    this.stopFor(error);
  }

  /** Throws the reason when the job was stopped. */
  check(): void {
    if (this.reason) throw this.reason;
  }

  /**
   * Keeps the limits until the answered function is called. `step` names the one that runs; `quietSince` tells the
   * monotonic moment, in ms, of its last output.
   */
  watch(limits: Limits, step: () => string, quietSince: () => number): () => void {
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      if (now - startedAt >= limits.timeoutMs) {
        const { timeoutMs, timeoutOf } = limits;
        this.stopFor(errorOf("BUILD_TIMED_OUT", { limit: formatDuration(timeoutMs), whose: timeoutOf, step: step() }));
      } else if (now - quietSince() >= limits.silenceMs) {
        this.stopFor(errorOf("STEP_STALLED", { limit: formatDuration(limits.silenceMs), step: step() }));
      }
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  private stopFor(reason: Canceled | MillwrightError): void {
    if (this.reason) return;
    this.reason = reason;
    this.controller.abort(reason);
  }
}
