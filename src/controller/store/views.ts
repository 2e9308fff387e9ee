import type { Selectable } from "kysely";
import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildView, LeaseView } from "../queue/transitions.ts";
import type { BuildRow, LeaseRow } from "./tables.ts";

/** The part of a build's row that the transitions see. */
export function buildView(row: Selectable<BuildRow>): BuildView {
  return {
    state: row.state,
    fence: row.fence,
    attempt: row.attempt,
    leaseId: row.lease_id,
    cancelRequested: row.cancel_requested === 1,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
  };
}

/** The part of a lease's row that the transitions see. */
export function leaseView(row: Selectable<LeaseRow>): LeaseView {
  return {
    id: row.id,
    fence: row.fence,
    attempt: row.attempt,
    agentId: row.agent_id,
    sessionEpoch: row.session_epoch,
    state: row.state,
    ended: row.ended,
  };
}

/** The columns of a build that a transition may change. */
export function buildColumns(view: BuildView) {
  return {
    state: view.state,
    fence: view.fence,
    attempt: view.attempt,
    lease_id: view.leaseId,
    cancel_requested: view.cancelRequested ? 1 : 0,
    failure: view.failure === null ? null : JSON.stringify(view.failure),
  };
}
