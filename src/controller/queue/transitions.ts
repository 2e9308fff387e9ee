import type { Failure } from "../../base/errors/millwright-error.ts";
import { type BuildState, isTerminal, type LeaseEnd, type LeaseState } from "./states.ts";

/** What the transitions need to know of a build. */
export interface BuildView {
  state: BuildState;
  fence: number;
  attempt: number;
  leaseId: string | null;
  cancelRequested: boolean;
  failure: Failure | null;
}

/** What the transitions need to know of a lease. */
export interface LeaseView {
  id: string;
  fence: number;
  attempt: number;
  agentId: string;
  sessionEpoch: number;
  state: LeaseState;
  ended: LeaseEnd | null;
}

/** The answer of a transition: what build and lease become, or why nothing changes. */
export type Change = { ok: true; build: BuildView; lease?: LeaseView; reason: string } | { ok: false; refusal: string };

/** How often a build may be begun, the first time included, when what ended it was nobody's doing. */
export const MOST_ATTEMPTS = 2;

export interface Outcome {
  outcome: "success" | "failed" | "canceled";
  failure: Failure | null;
  /** The failure is of a kind that may pass when it is tried again. */
  retryable: boolean;
}

/** Offers a queued build to an agent. The fence rises here, so that whoever held the build before can't write any more. */
export function grant(build: BuildView, leaseId: string, agentId: string, sessionEpoch: number): Change {
  if (build.state !== "queued") return refuse(`the build is ${build.state}`);
  const fence = build.fence + 1;
  const lease: LeaseView = {
    id: leaseId,
    fence,
    attempt: build.attempt + 1,
    agentId,
    sessionEpoch,
    state: "offered",
    ended: null,
  };
  return { ok: true, build: { ...build, state: "offered", fence, leaseId }, lease, reason: `offered to ${agentId}` };
}

/** The agent takes the offer. Repeatable: a lost answer may be asked for again. */
export function accept(build: BuildView, lease: LeaseView): Change {
  const stale = whyStale(build, lease);
  if (stale) return refuse(stale);
  if (lease.state !== "offered") return { ok: true, build, lease, reason: "accepted before" };
  return {
    ok: true,
    build: { ...build, state: "accepted", attempt: lease.attempt },
    lease: { ...lease, state: "accepted" },
    reason: "accepted",
  };
}

/** An offer that was refused or not taken in time goes back to its place in the queue. */
export function lapse(build: BuildView, lease: LeaseView, reason: string): Change {
  if (whyStale(build, lease) || lease.state !== "offered") return refuse("the offer is no longer open");
  return { ok: true, build: { ...build, state: "queued", leaseId: null }, lease: end(lease, "lapsed"), reason };
}

/** The first sign of work. */
export function progress(build: BuildView, lease: LeaseView): Change {
  const stale = whyStale(build, lease);
  if (stale) return refuse(stale);
  if (lease.state === "offered") return refuse("the offer was not accepted");
  const state = build.state === "accepted" ? "running" : build.state;
  return {
    ok: true,
    build: { ...build, state },
    lease: { ...lease, state: "running" },
    reason: "the first step began",
  };
}

/** Someone wants the build to stop. Asking again changes nothing. */
export function requestCancel(build: BuildView, lease: LeaseView | undefined): Change {
  if (isTerminal(build.state)) return refuse(`the build is ${build.state}`);
  const wanted = { ...build, cancelRequested: true };
  if (build.state === "queued" || build.state === "offered") {
    const ended = lease && lease.state === "offered" ? { lease: end(lease, "withdrawn") } : {};
    return { ok: true, build: close(wanted, "canceled", null), ...ended, reason: "canceled before it began" };
  }
  return {
    ok: true,
    build: { ...wanted, state: "cancelling" },
    ...(lease ? { lease } : {}),
    reason: "cancel asked for",
  };
}

/** The agent says how it ended. The caller has proven log, events and artifacts before. */
export function complete(build: BuildView, lease: LeaseView, outcome: Outcome): Change {
  const stale = whyStale(build, lease);
  if (stale) return refuse(stale);
  if (lease.state === "offered") return refuse("the offer was not accepted");
  const done = end(lease, "completed");
  if (build.cancelRequested)
    return { ok: true, build: close(build, "canceled", null), lease: done, reason: "canceled" };
  if (outcome.outcome === "failed" && outcome.retryable && build.attempt < MOST_ATTEMPTS) {
    return { ok: true, build: requeue(build), lease: done, reason: `tried again after ${outcome.failure?.code}` };
  }
  return { ok: true, build: close(build, outcome.outcome, outcome.failure), lease: done, reason: outcome.outcome };
}

/** What was offered must not be done, by this agent or another. */
export function refuseOffer(outcome: Outcome): (build: BuildView, lease: LeaseView) => Change {
  return (build, lease) => {
    const accepted = accept(build, lease);
    return accepted.ok && accepted.lease ? complete(accepted.build, accepted.lease, outcome) : accepted;
  };
}

/** The agent that held the build is gone for good. */
export function lose(build: BuildView, lease: LeaseView, failure: Failure): Change {
  const stale = whyStale(build, lease);
  if (stale) return refuse(stale);
  const lost = end(lease, "lost");
  const reason = failure.what;
  if (build.cancelRequested) return { ok: true, build: close(build, "canceled", null), lease: lost, reason };
  if (build.attempt < MOST_ATTEMPTS) return { ok: true, build: requeue(build), lease: lost, reason };
  return { ok: true, build: close(build, "failed", failure), lease: lost, reason };
}

/** Why a write under this lease must be refused; undefined when it is allowed. */
export function whyStale(build: BuildView, lease: LeaseView): string | undefined {
  if (lease.state === "ended") return `the lease has ended (${lease.ended})`;
  if (build.leaseId !== lease.id || build.fence !== lease.fence) {
    return `the build has fence ${build.fence}, and the lease ${lease.fence}`;
  }
  return isTerminal(build.state) ? `the build is ${build.state}` : undefined;
}

function refuse(refusal: string): Change {
  return { ok: false, refusal };
}

function end(lease: LeaseView, ended: LeaseEnd): LeaseView {
  return { ...lease, state: "ended", ended };
}

/** Terminal. The fence rises once more, so that nothing that is still under way can change what people were told. */
function close(build: BuildView, state: "success" | "failed" | "canceled", failure: Failure | null): BuildView {
  return { ...build, state, failure, leaseId: null, fence: build.fence + 1 };
}

function requeue(build: BuildView): BuildView {
  return { ...build, state: "queued", leaseId: null, fence: build.fence + 1 };
}
