import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Logs of attempts that ended and which are still in the store. */
export class LeftLogStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** The ids of at most `most` such attempts that ended before that moment, those that come after `after`. */
  async find(before: number, after: string, most: number): Promise<string[]> {
    const rows = await this.db
      .selectFrom("leases")
      .innerJoin("builds", "builds.id", "leases.build_id")
      .select("leases.id")
      .where("leases.ended", "is not", null)
      .where("leases.ended_at", "<", before)
      .where("leases.log_blob", "is", null)
      .where("leases.id", ">", after)
      .where("builds.log_removed_at", "is", null)
      .where(({ exists, selectFrom }) =>
        exists(selectFrom("log_chunks").select("log_chunks.start").whereRef("log_chunks.lease_id", "=", "leases.id")),
      )
      .orderBy("leases.id")
      .limit(most)
      .execute();
    return rows.map((row) => row.id);
  }
}
