import type { Kysely, Selectable, Transaction } from "kysely";
import type { Clock } from "../../base/time/clock.ts";
import { isTerminal } from "../queue/states.ts";
import type { BuildView, Change, LeaseView } from "../queue/transitions.ts";
import { oweDeliveries } from "./delivery-store.ts";
import type { BuildRow, LeaseRow, Tables } from "./tables.ts";
import type { TraceStore } from "./trace-store.ts";
import { inTransaction } from "./transaction.ts";
import { handTurnBack } from "./turn-store.ts";
import { buildColumns, buildView, leaseView } from "./views.ts";

export type Decide = (build: BuildView, lease: LeaseView | undefined) => Change;

export type Applied =
  | {
      ok: true;
      buildId: number;
      accountId: string;
      platform: string;
      before: BuildView;
      build: BuildView;
      lease?: LeaseView;
    }
  | { ok: false; refusal: string };

/**
 * Applies the transitions of the queue: reads build and lease, decides, and writes both with the transition's row, all in
 * one transaction.
 */
export class TransitionStore {
  private readonly db: Kysely<Tables>;
  private readonly clock: Clock;
  private readonly traces: TraceStore;

  constructor(db: Kysely<Tables>, clock: Clock, traces: TraceStore) {
    this.db = db;
    this.clock = clock;
    this.traces = traces;
  }

  /** Changes a build under the lease of that id. Refused when either is unknown. `also` runs in the same transaction. */
  ofLease(
    leaseId: string,
    decide: (build: BuildView, lease: LeaseView) => Change,
    also: (tx: Transaction<Tables>, build: Selectable<BuildRow>) => Promise<unknown> = async () => {},
  ): Promise<Applied> {
    return inTransaction(this.db, async (tx) => {
      const lease = await tx.selectFrom("leases").selectAll().where("id", "=", leaseId).executeTakeFirst();
      const build =
        lease && (await tx.selectFrom("builds").selectAll().where("id", "=", lease.build_id).executeTakeFirst());
      if (!lease || !build) return { ok: false, refusal: "the controller doesn't know this lease" };
      const applied = await this.apply(tx, build, decide(buildView(build), leaseView(lease)));
      if (applied.ok) await also(tx, build);
      return applied;
    });
  }

  /** Changes a build together with the lease it is under, if any. Undefined when there is no such build. `also` runs in the same transaction. */
  ofBuild(
    buildId: number,
    decide: Decide,
    also: (tx: Transaction<Tables>, applied: Applied) => Promise<unknown> = async () => {},
  ): Promise<Applied | undefined> {
    return inTransaction(this.db, async (tx) => {
      const build = await tx.selectFrom("builds").selectAll().where("id", "=", buildId).executeTakeFirst();
      if (!build) return undefined;
      const lease = await leaseOf(tx, build);
      const applied = await this.apply(tx, build, decide(buildView(build), lease && leaseView(lease)));
      await also(tx, applied);
      return applied;
    });
  }

  /** Writes what a transition decided. For use inside a transaction that read `row`. */
  async apply(tx: Transaction<Tables>, row: Selectable<BuildRow>, change: Change): Promise<Applied> {
    if (!change.ok) return change;
    const before = buildView(row);
    await this.writeBuild(tx, row, change.build);
    if (change.lease) await this.writeLease(tx, row.id, change.lease);
    if (before.state !== change.build.state) {
      const moved = { build_id: row.id, at: this.clock.now(), from_state: before.state, to_state: change.build.state };
      await tx
        .insertInto("transitions")
        .values({ ...moved, fence: change.build.fence, reason: change.reason })
        .execute();
    }
    if (before.state === "queued" && isTerminal(change.build.state)) await handTurnBack(tx, row);
    if (isTerminal(change.build.state)) {
      await oweDeliveries(tx, row, this.clock.now());
      await this.traces.owe(tx, row.id, this.clock.now());
    }
    const lease = change.lease ? { lease: change.lease } : {};
    const { id: buildId, account_id: accountId, platform } = row;
    return { ok: true, buildId, accountId, platform, before, build: change.build, ...lease };
  }

  private async writeBuild(tx: Transaction<Tables>, row: Selectable<BuildRow>, view: BuildView): Promise<void> {
    const now = this.clock.now();
    const began = view.state === "running" && row.started_at === null ? { started_at: now } : {};
    const ended = isTerminal(view.state) && row.finished_at === null ? { finished_at: now } : {};
    await tx
      .updateTable("builds")
      .set({ ...buildColumns(view), ...began, ...ended })
      .where("id", "=", row.id)
      .execute();
  }

  private async writeLease(tx: Transaction<Tables>, buildId: number, lease: LeaseView): Promise<void> {
    const now = this.clock.now();
    const changing = { state: lease.state, ended: lease.ended, ended_at: lease.state === "ended" ? now : null };
    await tx
      .insertInto("leases")
      .values({
        id: lease.id,
        build_id: buildId,
        attempt: lease.attempt,
        fence: lease.fence,
        agent_id: lease.agentId,
        session_epoch: lease.sessionEpoch,
        ...changing,
        spec: null,
        log_length: 0,
        log_blob: null,
        event_seq: 0,
        granted_at: now,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
      .execute();
  }
}

async function leaseOf(
  tx: Transaction<Tables>,
  build: Selectable<BuildRow>,
): Promise<Selectable<LeaseRow> | undefined> {
  if (build.lease_id === null) return undefined;
  return tx.selectFrom("leases").selectAll().where("id", "=", build.lease_id).executeTakeFirst();
}
