/**
 * Where a build's time went, in the way of api.ts.
 *
 *   GET    /builds/:id/timing             BuildTiming
 */
import type { BuildStep } from "./api.ts";
import type { BuildStatus } from "./build-types.ts";

/** `wait`: in the queue. `begin`: from the agent's acceptance to the first step. `step`. `end`: logs and files are sent. */
export const TIMING_KINDS = ["wait", "begin", "step", "end"] as const;

/** The whole time of a build, cut into what follows on one another. Of one that goes on, until now. */
export interface BuildTiming {
  build: number;
  status: BuildStatus;
  /** From its request to its end. */
  totalMs: number;
  phases: TimingPhase[];
}

export interface TimingPhase {
  kind: (typeof TIMING_KINDS)[number];
  /** Of a step its id, else the kind. */
  id: string;
  title: string;
  /** From 1; what is tried again begins with another wait. */
  attempt: number;
  startedAt: string;
  ms: number;
  /** Only of steps. */
  state?: BuildStep["state"];
  /** What is known of its inside: not all of it, and some may have gone on at once. */
  parts: { title: string; ms: number }[];
}
