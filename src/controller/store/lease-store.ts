import type { Kysely, Selectable, Transaction } from "kysely";
import { newId } from "../../base/ids.ts";
import { grant } from "../queue/transitions.ts";
import type { LeaseRow, Tables } from "./tables.ts";
import type { TransitionStore } from "./transition-store.ts";
import { buildView, leaseView } from "./views.ts";

/** Who asks for work, and what it can do. */
export interface Asker {
  agentId: string;
  sessionEpoch: number;
  slots: number;
  freeSlots: number;
  platforms: string[];
  /** Whether it has what this target platform asks for. */
  fulfils: (targetPlatform: string) => boolean;
}

export interface Granted {
  leaseId: string;
  buildId: number;
  attempt: number;
  fence: number;
  platform: string;
}

/** Leases: granting them, and finding them again. */
export class LeaseStore {
  private readonly db: Kysely<Tables>;
  private readonly transitions: TransitionStore;

  constructor(db: Kysely<Tables>, transitions: TransitionStore) {
    this.db = db;
    this.transitions = transitions;
  }

  /** Offers the oldest fitting builds, as many as the agent has room for. The order of the queue is that of the ids. */
  async claim(asker: Asker): Promise<Granted[]> {
    if (asker.freeSlots <= 0 || asker.platforms.length === 0) return [];
    return this.db.transaction().execute(async (tx) => {
      const live = await tx
        .selectFrom("leases")
        .select((e) => e.fn.countAll<number>().as("n"))
        .where("agent_id", "=", asker.agentId)
        .where("state", "<>", "ended")
        .executeTakeFirstOrThrow();
      const room = Math.min(asker.freeSlots, asker.slots - Number(live.n));
      if (room <= 0) return [];
      const targets = (await queuedTargets(tx, asker.platforms)).filter(asker.fulfils);
      const builds = await tx
        .selectFrom("builds")
        .selectAll()
        .where("state", "=", "queued")
        .where("platform", "in", asker.platforms)
        .where((e) =>
          e.or([
            e("target_platform", "is", null),
            ...(targets.length > 0 ? [e("target_platform", "in", targets)] : []),
          ]),
        )
        .orderBy("id")
        .limit(room)
        .execute();
      const granted: Granted[] = [];
      for (const row of builds) {
        const change = grant(buildView(row), newId("l"), asker.agentId, asker.sessionEpoch);
        const applied = await this.transitions.apply(tx, row, change);
        if (!applied.ok || !applied.lease) continue;
        const { id, attempt, fence } = applied.lease;
        granted.push({ leaseId: id, buildId: row.id, attempt, fence, platform: row.platform });
      }
      return granted;
    });
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
    let query = this.db.selectFrom("leases").selectAll().where("state", "<>", "ended");
    if (agentId !== undefined) query = query.where("agent_id", "=", agentId);
    return query.orderBy("granted_at").execute();
  }

  /** The attempts at a build that an agent took, oldest first. */
  ofBuild(buildId: number): Promise<Selectable<LeaseRow>[]> {
    return this.db
      .selectFrom("leases")
      .selectAll()
      .where("build_id", "=", buildId)
      .where((e) => e.or([e("ended", "is", null), e("ended", "not in", ["lapsed", "withdrawn"])]))
      .where("state", "<>", "offered")
      .orderBy("fence")
      .execute();
  }

  async rememberSpec(leaseId: string, spec: string): Promise<void> {
    await this.db.updateTable("leases").set({ spec }).where("id", "=", leaseId).where("spec", "is", null).execute();
  }
}

/** The target platforms that builds in the queue ask for: a range matches what no list of names could hold. */
async function queuedTargets(tx: Transaction<Tables>, platforms: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom("builds")
    .select("target_platform")
    .distinct()
    .where("state", "=", "queued")
    .where("platform", "in", platforms)
    .where("target_platform", "is not", null)
    .execute();
  return rows.flatMap((row) => row.target_platform ?? []);
}
