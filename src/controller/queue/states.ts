import type { BuildStatus } from "../../protocol/build-types.ts";

/** A build's own states. The public status is a view of them. */
export type BuildState =
  | "queued"
  | "offered"
  | "accepted"
  | "running"
  | "cancelling"
  | "success"
  | "failed"
  | "canceled";

/** A lease lives from the offer until it ends; `ended` then says how. */
export type LeaseState = "offered" | "accepted" | "running" | "ended";

export type LeaseEnd = "lapsed" | "lost" | "completed" | "withdrawn";

const STATUS: Record<BuildState, BuildStatus> = {
  queued: "queued",
  offered: "queued",
  accepted: "queued",
  running: "running",
  cancelling: "running",
  success: "success",
  failed: "failed",
  canceled: "canceled",
};

export function statusOf(state: BuildState): BuildStatus {
  return STATUS[state];
}

export function isTerminal(state: BuildState): boolean {
  return state === "success" || state === "failed" || state === "canceled";
}

/** The states behind a public status, for queries. */
export function statesOf(status: BuildStatus): BuildState[] {
  return (Object.keys(STATUS) as BuildState[]).filter((state) => STATUS[state] === status);
}
