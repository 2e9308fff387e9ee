import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { newId } from "../../base/ids.ts";
import type { Clock } from "../../base/time/clock.ts";
import type { Requirement } from "../../protocol/requirement.ts";
import { isOpen } from "../agents/open-windows.ts";
import { AccountRoom } from "../queue/account-room.ts";
import { grant } from "../queue/transitions.ts";
import { isPostgres } from "./dialect.ts";
import { limitedAccounts } from "./limit-store.ts";
import { windowsFor } from "./maintenance-store.ts";
import { LIVE_LEASE, WAITING } from "./queue-conditions.ts";
import type { QueueOrder } from "./queue-order.ts";
import { QueueReader } from "./queue-reader.ts";
import type { BuildRow, LeaseRow, Tables } from "./tables.ts";
import type { TransitionStore } from "./transition-store.ts";
import { beginTurn } from "./turn-store.ts";
import { buildView, leaseView } from "./views.ts";

/** Who asks for work, and what it can do. */
export interface Asker {
  agentId: string;
  sessionEpoch: number;
  slots: number;
  freeSlots: number;
  platforms: string[];
  /** Whether it has what a target platform asks for. */
  meets: (requirement: Requirement) => boolean;
  /**
   * Begins a look through the queue, which may be done again; answers whether the agent leaves a build to one that suits it
   * better: asked in the order of the queue, once a build.
   */
  leaves?: () => (build: WaitingBuild) => boolean;
  /** Called when an operator or a maintenance window keeps it from new builds. */
  whenHeld?: () => void;
}

/** Of a lease: an agent took it. */
const TAKEN = sql<boolean>`leases.state <> 'offered' and (leases.ended is null or leases.ended not in ('lapsed', 'withdrawn'))`;

export type WaitingBuild = Pick<Selectable<BuildRow>, "id" | "platform" | "requirement">;

export interface Granted {
  leaseId: string;
  buildId: number;
  attempt: number;
  fence: number;
  platform: string;
}

/** A job as it was answered; the signature in base64. */
export interface StoredSpec {
  spec: string;
  signature: string;
}

/** A lease that was granted now. */
export interface Claimed extends Granted {
  accountId: string;
}

/** A build whose lease has not ended. */
export type HeldBuild = Pick<Selectable<LeaseRow>, "agent_id" | "build_id"> & { account_id: string };

/** A lease that has not ended, with what is needed to see that it should. */
export type LiveLease = Pick<Selectable<LeaseRow>, "id" | "build_id" | "attempt" | "fence" | "agent_id" | "state"> & {
  cancel_requested: number;
};

/** Leases: granting them, and finding them again. */
export class LeaseStore {
  private readonly db: Kysely<Tables>;
  private readonly transitions: TransitionStore;
  private readonly order: QueueOrder;
  private readonly clock: Clock;

  constructor(db: Kysely<Tables>, transitions: TransitionStore, order: QueueOrder, clock: Clock) {
    this.db = db;
    this.transitions = transitions;
    this.order = order;
    this.clock = clock;
  }

  /**
   * Offers fitting builds in the order of the queue, as many as the agent has room for. Never makes more builds of an
   * account live than its limit: counted in this transaction, with the offers of this very claim. An agent that an operator
   * holds, or that is in a maintenance window, is granted nothing, which is read in this transaction too.
   */
  async claim(asker: Asker): Promise<Claimed[]> {
    if (asker.freeSlots <= 0 || asker.platforms.length === 0) return [];
    const mayFind = () => mayFindSome(this.db, asker);
    if (!(await mayFind())) return [];
    const work = async (tx: Transaction<Tables>) => {
      const leaves = asker.leaves?.();
      if (await isHeld(tx, asker.agentId, this.clock.now())) {
        asker.whenHeld?.();
        return [];
      }
      const slots = await freeSlotsOf(tx, asker);
      if (slots <= 0) return [];
      const room = new AccountRoom(await limitedAccounts(tx));
      const queue = await QueueReader.open(tx, asker, slots);
      const granted: Claimed[] = [];
      for (let rows = await queue.next(room); rows.length > 0; rows = await queue.next(room)) {
        for (const row of rows) {
          if (!room.hasRoom(row.account_id) || leaves?.(row)) continue;
          const lease = await this.grant(tx, row, asker);
          if (!lease) continue;
          if (row.turn > queue.begunOn(row.platform)) await beginTurn(tx, row.platform, row.turn);
          room.take(row.account_id);
          granted.push(lease);
          if (granted.length >= slots) return granted;
        }
      }
      return granted;
    };
    return (await this.order.inTurn(work, mayFind)) ?? [];
  }

  private async grant(tx: Transaction<Tables>, row: Selectable<BuildRow>, asker: Asker): Promise<Claimed | undefined> {
    const change = grant(buildView(row), newId("l"), asker.agentId, asker.sessionEpoch);
    const applied = await this.transitions.apply(tx, row, change);
    if (!applied.ok || !applied.lease) return undefined;
    const { id, attempt, fence } = applied.lease;
    return { leaseId: id, buildId: row.id, attempt, fence, platform: row.platform, accountId: row.account_id };
  }

  find(leaseId: string): Promise<Selectable<LeaseRow> | undefined> {
    return this.db.selectFrom("leases").selectAll().where("id", "=", leaseId).executeTakeFirst();
  }

  /** Build and lease as the transitions see them. */
  async view(leaseId: string) {
    const lease = await this.find(leaseId);
    if (!lease) return undefined;
    const build = await this.db.selectFrom("builds").selectAll().where("id", "=", lease.build_id).executeTakeFirst();
    return build && { build: buildView(build), lease: leaseView(lease) };
  }

  /** Every lease that has not ended, of one agent or of all. */
  live(agentId?: string): Promise<Selectable<LeaseRow>[]> {
    let query = this.db.selectFrom("leases").selectAll().where(LIVE_LEASE);
    if (agentId !== undefined) query = query.where("agent_id", "=", agentId);
    return query.orderBy("granted_at").execute();
  }

  /** The builds that agents hold, of one agent or of all, those that were granted first first. */
  heldBuilds(agentId?: string): Promise<HeldBuild[]> {
    let query = this.db
      .selectFrom("leases")
      .innerJoin("builds", "builds.id", "leases.build_id")
      .select(["leases.agent_id", "leases.build_id", "builds.account_id"])
      .where(LIVE_LEASE);
    if (agentId !== undefined) query = query.where("leases.agent_id", "=", agentId);
    return query.orderBy("leases.granted_at").execute();
  }

  /** Every lease that has not ended, the oldest first, and whether its build is being canceled. */
  liveAndWanted(): Promise<LiveLease[]> {
    return this.db
      .selectFrom("leases")
      .innerJoin("builds", "builds.id", "leases.build_id")
      .select(["leases.id", "leases.build_id", "leases.attempt", "leases.fence", "leases.agent_id", "leases.state"])
      .select("builds.cancel_requested")
      .where(LIVE_LEASE)
      .orderBy("leases.granted_at")
      .execute();
  }

  /** The attempts at a build that an agent took, oldest first. */
  ofBuild(buildId: number): Promise<Selectable<LeaseRow>[]> {
    return this.db
      .selectFrom("leases")
      .selectAll()
      .where("build_id", "=", buildId)
      .where(TAKEN)
      .orderBy("fence")
      .execute();
  }

  /** The names of the agents that took these builds last; those that none took are missing. */
  async agentsOf(buildIds: readonly number[]): Promise<Map<number, string>> {
    if (buildIds.length === 0) return new Map();
    const rows = await this.db
      .selectFrom("leases")
      .innerJoin("agents", "agents.id", "leases.agent_id")
      .select(["leases.build_id", "agents.name"])
      .where("leases.build_id", "in", buildIds)
      .where(TAKEN)
      .orderBy("leases.fence")
      .execute();
    return new Map(rows.map((row) => [row.build_id, row.name]));
  }

  /** Keeps the spec that was answered first, and answers that one. */
  async rememberSpec(tx: Transaction<Tables>, leaseId: string, { spec, signature }: StoredSpec): Promise<StoredSpec> {
    const set = { spec, spec_signature: signature };
    const first = tx.updateTable("leases").set(set).where("id", "=", leaseId).where("spec", "is", null);
    if (Number((await first.executeTakeFirst()).numUpdatedRows) === 1) return { spec, signature };
    const columns = ["spec", "spec_signature"] as const;
    const kept = await tx.selectFrom("leases").select(columns).where("id", "=", leaseId).executeTakeFirst();
    return { spec: kept?.spec ?? spec, signature: kept?.spec_signature ?? signature };
  }
}

/** Most agents that ask find nothing: they aren't to wait for those who do. What changes meanwhile wakes them again. */
async function mayFindSome(db: Kysely<Tables>, asker: Asker): Promise<boolean> {
  const waiting = db.selectFrom("builds").select("id").where(WAITING).where("platform", "in", asker.platforms).limit(1);
  if (!(await waiting.executeTakeFirst())) return false;
  if (!isPostgres(db)) return true; // nobody waits there: it looks no longer than we would here
  if ((await freeSlotsOf(db, asker)) <= 0) return false;
  const full = new AccountRoom(await limitedAccounts(db)).full();
  return full.length === 0 || (await waiting.where("account_id", "not in", full).executeTakeFirst()) !== undefined;
}

async function isHeld(tx: Transaction<Tables>, agentId: string, now: number): Promise<boolean> {
  const query = tx.selectFrom("agents").select("hold").where("id", "=", agentId);
  // Held fast until the claim is done: a hold that was answered before it is seen, whatever else is written meanwhile.
  const row = await (isPostgres(tx) ? query.forShare() : query).executeTakeFirst();
  if (row !== undefined && row.hold !== null) return true;
  return isOpen(await windowsFor(tx, agentId), now);
}

/** What the agent says it has free, but never more than its slots less what it holds. */
async function freeSlotsOf(tx: Kysely<Tables>, { agentId, slots, freeSlots }: Asker): Promise<number> {
  const live = await tx
    .selectFrom("leases")
    .select((e) => e.fn.countAll<number>().as("n"))
    .where("agent_id", "=", agentId)
    .where(LIVE_LEASE)
    .executeTakeFirstOrThrow();
  return Math.min(freeSlots, slots - Number(live.n));
}
