import type { Kysely, Selectable, Transaction } from "kysely";
import type { ArtifactRow, Tables, TransitionRow } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** Builds that have ended and whose trace is still to be sent; and what a trace tells that nobody else asks for. */
export class TraceStore {
  private readonly db: Kysely<Tables>;
  private wanted = false;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** From now on the builds that end through this store are owed a trace. */
  want(): void {
    this.wanted = true;
  }

  /** For use in the transaction in which a build ends, so that none is forgotten whatever happens next. */
  async owe(tx: Transaction<Tables>, buildId: number, now: number): Promise<void> {
    if (!this.wanted) return;
    const row = { build_id: buildId, owed_at: now, claimed_until: 0 };
    await tx
      .insertInto("traces_owed")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Takes the build that waits longest; it is this caller's until `until`, and after a crash the next one's. */
  claim(now: number, until: number): Promise<number | undefined> {
    return inTransaction(this.db, async (tx) => {
      const free = tx.selectFrom("traces_owed").select("build_id").where("claimed_until", "<=", now);
      const row = await free.orderBy("owed_at").orderBy("build_id").limit(1).executeTakeFirst();
      if (!row) return undefined;
      const take = tx.updateTable("traces_owed").set({ claimed_until: until }).where("build_id", "=", row.build_id);
      const { numUpdatedRows } = await take.where("claimed_until", "<=", now).executeTakeFirst();
      return Number(numUpdatedRows) === 1 ? row.build_id : undefined;
    });
  }

  async sent(buildId: number): Promise<void> {
    await this.db.deleteFrom("traces_owed").where("build_id", "=", buildId).execute();
  }

  /** Gives a claim back. */
  async keep(buildId: number): Promise<void> {
    await this.db.updateTable("traces_owed").set({ claimed_until: 0 }).where("build_id", "=", buildId).execute();
  }

  async waiting(): Promise<number> {
    const count = this.db.selectFrom("traces_owed").select((e) => e.fn.countAll<number>().as("n"));
    return Number((await count.executeTakeFirstOrThrow()).n);
  }

  /** Forgets those that wait longest until no more than `most` wait; answers how many it forgot. */
  async dropBeyond(most: number): Promise<number> {
    const many = (await this.waiting()) - most;
    if (many <= 0) return 0;
    const oldest = this.db.selectFrom("traces_owed").select("build_id").orderBy("owed_at").orderBy("build_id");
    const gone = this.db.deleteFrom("traces_owed").where("build_id", "in", oldest.limit(many));
    return Number((await gone.executeTakeFirst()).numDeletedRows);
  }

  /** The changes of a build's state, oldest first. */
  transitions(buildId: number): Promise<Selectable<TransitionRow>[]> {
    return this.db.selectFrom("transitions").selectAll().where("build_id", "=", buildId).orderBy("id").execute();
  }

  /** The files that all attempts at a build sent. */
  artifacts(buildId: number): Promise<Selectable<ArtifactRow>[]> {
    const all = this.db.selectFrom("artifacts").selectAll().where("build_id", "=", buildId);
    return all.where("stored", "=", 1).orderBy("declared_at").orderBy("name").execute();
  }
}
