import type { Kysely, Transaction } from "kysely";
import { statesOf } from "../queue/states.ts";
import type { Removal } from "./push-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction, whileNobodyRefers } from "./transaction.ts";

/** What of a build is removed, with where the builds' table says since when, and how long an app wants it kept. */
const OF_REMOVAL = {
  artifacts: { removedAt: "artifacts_removed_at", keep: "keep_artifacts_days" },
  log: { removedAt: "log_removed_at", keep: "keep_logs_days" },
} as const satisfies Record<Removal, unknown>;

const DAY_MS = 86_400_000;
const ENDED = [...statesOf("success"), ...statesOf("failed"), ...statesOf("canceled")];

/** What became of a content whose build no longer shows it. */
export type Dropped = "removed" | "kept" | "later";

/**
 * What was kept long enough. First a build is marked, and from then on nobody is given its files; then they are removed.
 * `removals` holds what is marked and not yet removed, so that an interruption is gone on with.
 */
export class RetentionStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Marks at most `most` builds that ended long enough ago; answers how many. Builds that run have not ended. */
  async mark(what: Removal, defaultDays: number, now: number, most: number): Promise<number> {
    const { removedAt, keep } = OF_REMOVAL[what];
    return inTransaction(this.db, async (tx) => {
      let count = 0;
      for (const app of await tx.selectFrom("apps").select(["id", keep]).execute()) {
        const days = ((app as Record<string, unknown>)[keep] as number | null) ?? defaultDays;
        const cut = Math.round(now - days * DAY_MS);
        const due = tx
          .selectFrom("builds")
          .select("id")
          .where("app_id", "=", app.id)
          .where(removedAt, "is", null)
          .where("finished_at", "<", cut)
          .where("state", "in", ENDED)
          .limit(most - count);
        const ids = (await due.execute()).map(({ id }) => id);
        if (ids.length > 0) await this.markThese(tx, what, ids, now);
        count += ids.length;
        if (count >= most) break;
      }
      return count;
    });
  }

  /** Builds that are marked and whose files may still be there, in order. */
  async marked(what: Removal, after: number, most: number): Promise<number[]> {
    const query = this.db
      .selectFrom("removals")
      .select("build_id")
      .where("what", "=", what)
      .where("build_id", ">", after);
    return (await query.orderBy("build_id").limit(most).execute()).map((row) => row.build_id);
  }

  async done(what: Removal, buildId: number): Promise<void> {
    await this.db.deleteFrom("removals").where("what", "=", what).where("build_id", "=", buildId).execute();
  }

  /** Everything that attempts at a build declared: what is stored, and what never arrived whole. */
  artifacts(buildId: number): Promise<{ id: string; sha256: string; stored: number }[]> {
    return this.db.selectFrom("artifacts").select(["id", "sha256", "stored"]).where("build_id", "=", buildId).execute();
  }

  /**
   * Lets `remove` take a content away unless a build still shows it; `later` when an attempt is just sending the same. All
   * in one transaction: nobody can begin to refer to it in between.
   */
  dropContent(sha256: string, remove: () => Promise<void>): Promise<Dropped> {
    return whileNobodyRefers(this.db, sha256, async (tx) => {
      const others = await tx
        .selectFrom("artifacts")
        .innerJoin("builds", "builds.id", "artifacts.build_id")
        .select(["artifacts.stored", "builds.finished_at"])
        .where("artifacts.sha256", "=", sha256)
        .where("builds.artifacts_removed_at", "is", null)
        .execute();
      if (others.some((other) => other.stored === 1)) return "kept";
      if (others.some((other) => other.finished_at === null)) return "later";
      await remove();
      return "removed";
    });
  }

  /** The attempts whose log is to go. */
  async logs(buildId: number): Promise<string[]> {
    const rows = await this.db.selectFrom("leases").select("id").where("build_id", "=", buildId).execute();
    return rows.map((row) => row.id);
  }

  /** The log of an attempt is gone, wherever it was. Its length stays known. */
  async forgetLog(leaseId: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.deleteFrom("log_chunks").where("lease_id", "=", leaseId).execute();
      await tx.updateTable("leases").set({ log_blob: null }).where("id", "=", leaseId).execute();
    });
  }

  private async markThese(tx: Transaction<Tables>, what: Removal, ids: number[], now: number): Promise<void> {
    const { removedAt } = OF_REMOVAL[what];
    await tx
      .updateTable("builds")
      .set({ [removedAt]: now })
      .where("id", "in", ids)
      .execute();
    await tx
      .insertInto("removals")
      .values(ids.map((build_id) => ({ build_id, what })))
      .execute();
  }
}
