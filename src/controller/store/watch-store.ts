import { type Kysely, sql } from "kysely";
import type { BuildStatus } from "../../protocol/build-types.ts";
import { statusOf } from "../queue/states.ts";
import { firstHeldBack } from "./limit-store.ts";
import { LIVE, WAITING } from "./queue-conditions.ts";
import type { Tables } from "./tables.ts";

/** Builds of a platform that have not ended, of one status. */
export interface LiveBuilds {
  platform: string;
  status: BuildStatus;
  builds: number;
  /** When the one was asked for that waits longest; only of builds in the queue. */
  oldestAt?: number;
}

interface Group {
  platform: string;
  builds: number;
  first: number;
}

/** What those who watch the controller ask again and again: answered from indexes, or from a few rows. */
export class WatchStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** What waits and what runs, by platform and public status. Groups of no build are left out. */
  async liveBuilds(): Promise<LiveBuilds[]> {
    const pending = new Map<string, Group>();
    const queued = new Map<string, Group>();
    const accounts = await this.accountsThatWait();
    const held = accounts.length === 0 ? new Map<string, number>() : await firstHeldBack(this.db, accounts);
    for (const account of accounts) {
      const first = held.get(account);
      for (const group of await this.waiting(account, "<", first)) add(queued, group);
      if (first !== undefined) for (const group of await this.waiting(account, ">=", first)) add(pending, group);
    }
    const asked = await this.askedAt([...pending.values(), ...queued.values()].map(({ first }) => first));
    const told = (status: BuildStatus) => (group: Group) => {
      const oldestAt = asked.get(group.first);
      const { platform, builds } = group;
      return { platform, status, builds, ...(oldestAt === undefined ? {} : { oldestAt }) };
    };
    const inQueue = [...[...pending.values()].map(told("pending")), ...[...queued.values()].map(told("queued"))];
    return [...inQueue, ...(await this.begun())];
  }

  /**
   * Agents as they last told of themselves, without what they can do; with the leases that they hold. Those whose only keys
   * were revoked are left out: they were sent away, and nobody waits for them.
   */
  async agents() {
    const rows = await this.db
      .selectFrom("agents")
      .select(["id", "name", "state", "slots", "disk_free", "last_contact_at", "hold"])
      .where(({ or, not, exists }) => or([not(exists(this.keys("revoked"))), exists(this.keys("good"))]))
      .execute();
    const busy = await this.db
      .selectFrom("leases")
      .select((e) => ["agent_id", e.fn.countAll<number>().as("n")])
      .where(sql<boolean>`state <> 'ended'`)
      .groupBy("agent_id")
      .execute();
    const held = new Map(busy.map(({ agent_id, n }) => [agent_id, Number(n)]));
    return rows.map((row) => ({ ...row, leases: held.get(row.id) ?? 0 }));
  }

  /** The part of each security profile that isn't sealed, with the name of its account. */
  profiles() {
    return this.db
      .selectFrom("settings")
      .innerJoin("accounts", "accounts.id", "settings.account_id")
      .select(["accounts.name as account", "settings.name", "settings.shown"])
      .where("settings.kind", "=", "profile")
      .execute();
  }

  async deliveriesWaiting(): Promise<number> {
    const row = await this.db
      .selectFrom("deliveries")
      .select((e) => e.fn.countAll<number>().as("n"))
      .where(sql<boolean>`state = 'waiting'`)
      .executeTakeFirstOrThrow();
    return Number(row.n);
  }

  /** When the newest build was asked for; undefined before the first. */
  async newestBuildAt(): Promise<number | undefined> {
    const newest = this.db.selectFrom("builds").select("created_at").orderBy("id", "desc").limit(1);
    return (await newest.executeTakeFirst())?.created_at;
  }

  /** Writes, and changes nothing. Rejects when the store can't be written. */
  async tryToWrite(): Promise<void> {
    await sql`update schema_version set version = version`.execute(this.db);
  }

  private keys(which: "revoked" | "good") {
    return this.db
      .selectFrom("agent_keys")
      .select("thumbprint")
      .where(sql<boolean>`agent_keys.agent_id = agents.id`)
      .where("revoked_at", which === "revoked" ? "is not" : "is", null);
  }

  private async accountsThatWait(): Promise<string[]> {
    const rows = await this.db.selectFrom("builds").select("account_id").distinct().where(WAITING).execute();
    return rows.map((row) => row.account_id);
  }

  private async waiting(account: string, side: "<" | ">=", first: number | undefined): Promise<Group[]> {
    let query = this.db
      .selectFrom("builds")
      .select((e) => ["platform", e.fn.countAll<number>().as("builds"), e.fn.min("id").as("first")])
      .where(WAITING)
      .where("account_id", "=", account);
    if (first !== undefined) query = query.where("id", side, first);
    const rows = await query.groupBy("platform").execute();
    return rows.map(({ platform, builds, first: id }) => ({ platform, builds: Number(builds), first: Number(id) }));
  }

  private async askedAt(ids: readonly number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.selectFrom("builds").select(["id", "created_at"]).where("id", "in", ids).execute();
    return new Map(rows.map(({ id, created_at }) => [id, created_at]));
  }

  private async begun(): Promise<LiveBuilds[]> {
    const rows = await this.db
      .selectFrom("builds")
      .select((e) => ["platform", "state", e.fn.countAll<number>().as("builds")])
      .where(LIVE)
      .groupBy(["platform", "state"])
      .execute();
    return rows.map(({ platform, state, builds }) => ({ platform, status: statusOf(state), builds: Number(builds) }));
  }
}

function add(groups: Map<string, Group>, { platform, builds, first }: Group): void {
  const old = groups.get(platform) ?? { platform, builds: 0, first };
  groups.set(platform, { platform, builds: old.builds + builds, first: Math.min(old.first, first) });
}
