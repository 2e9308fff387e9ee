/** What the daemon knows of one lease. Pure: `Job` carries the orders out, and the model drives the same code. */
export interface HeldLease {
  phase: "accepted" | "running" | "uploading" | "abandoned" | "forgotten";
  cancelRequested: boolean;
  /** The supervisor has ended, with a result or without. */
  ended: boolean;
}

export type JobInput =
  /** The controller wants it to end. */
  | "cancel"
  /** Another attempt holds the build, or the controller doesn't know the lease: nothing more may be sent. */
  | "abandon"
  /** The controller has recorded all of it. */
  | "forget"
  | "step-began"
  | "supervisor-ended"
  /** Complete was answered with recorded, already recorded or stale. */
  | "recorded";

export type JobOrder =
  /** TERM to the supervisor; KILL when it doesn't end. */
  | "end-supervisor"
  /** No more log, events, artifacts or completion. */
  | "stop-sending"
  /** Send what is left of log, events and artifacts, then Complete. */
  | "deliver"
  /** Remove the job folder; the slot is free. */
  | "remove-folder";

export const NEW_LEASE: HeldLease = { phase: "accepted", cancelRequested: false, ended: false };

/** The next state of a held lease and what to do for it. An input that changes nothing gives no orders. */
export function advance(held: HeldLease, input: JobInput): { held: HeldLease; orders: JobOrder[] } {
  switch (input) {
    case "cancel":
      if (held.cancelRequested || held.ended || isOver(held)) return same(held);
      return { held: { ...held, cancelRequested: true }, orders: ["end-supervisor"] };
    case "abandon":
      return giveUp(held);
    case "forget":
      return held.ended ? recorded(held) : giveUp(held);
    case "step-began":
      return held.phase === "accepted" ? { held: { ...held, phase: "running" }, orders: [] } : same(held);
    case "supervisor-ended":
      return supervisorEnded(held);
    case "recorded":
      return recorded(held);
    default:
      return same(held);
  }
}

function supervisorEnded(held: HeldLease): { held: HeldLease; orders: JobOrder[] } {
  if (held.ended) return same(held);
  const ended = { ...held, ended: true };
  if (held.phase === "abandoned") return { held: { ...ended, phase: "forgotten" }, orders: ["remove-folder"] };
  return { held: { ...ended, phase: "uploading" }, orders: ["deliver"] };
}

function giveUp(held: HeldLease): { held: HeldLease; orders: JobOrder[] } {
  if (isOver(held)) return same(held);
  if (held.ended) return { held: { ...held, phase: "forgotten" }, orders: ["stop-sending", "remove-folder"] };
  return { held: { ...held, phase: "abandoned" }, orders: ["stop-sending", "end-supervisor"] };
}

function recorded(held: HeldLease): { held: HeldLease; orders: JobOrder[] } {
  if (held.phase !== "uploading") return same(held);
  return { held: { ...held, phase: "forgotten" }, orders: ["stop-sending", "remove-folder"] };
}

function isOver(held: HeldLease): boolean {
  return held.phase === "abandoned" || held.phase === "forgotten";
}

function same(held: HeldLease): { held: HeldLease; orders: JobOrder[] } {
  return { held, orders: [] };
}
