import type { Kysely, Selectable, Transaction } from "kysely";
import { record } from "./audit-store.ts";
import type { Tables, TargetPlatformRow } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = { actor: string; at: number };

/** A definition as it is written; without a position it keeps its own, and a new one goes to the end. */
export type NewTargetPlatform = Omit<Selectable<TargetPlatformRow>, "position"> & { position: number | undefined };

/** The target platforms that the operator named. */
export class TargetPlatformStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** In the order in which people are to see them. */
  list(): Promise<Selectable<TargetPlatformRow>[]> {
    return this.db.selectFrom("target_platforms").selectAll().orderBy("position").orderBy("name").execute();
  }

  find(name: string): Promise<Selectable<TargetPlatformRow> | undefined> {
    return named(this.db, name);
  }

  /** Writes a definition whole. One that becomes preferred takes the mark from the others of its system. */
  put(platform: NewTargetPlatform, author: Author): Promise<Selectable<TargetPlatformRow>> {
    return inTransaction(this.db, async (tx) => {
      const before = await named(tx, platform.name);
      const position = platform.position ?? before?.position ?? (await lastPosition(tx)) + 1;
      const row = { ...platform, position };
      if (row.preferred)
        await tx.updateTable("target_platforms").set({ preferred: 0 }).where("os", "=", row.os).execute();
      await tx
        .insertInto("target_platforms")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
        .execute();
      const written = { action: "written", kind: "target-platform", name: row.name } as const;
      await record(tx, { ...author, ...written, detail: before ? "replaced" : "added" });
      return row;
    });
  }

  /** False when there is none of that name. */
  remove(name: string, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const gone = await tx.deleteFrom("target_platforms").where("name", "=", name).executeTakeFirst();
      if (Number(gone.numDeletedRows) !== 1) return false;
      await record(tx, { ...author, action: "removed", kind: "target-platform", name, detail: "" });
      return true;
    });
  }
}

function named(db: Kysely<Tables> | Transaction<Tables>, name: string) {
  return db.selectFrom("target_platforms").selectAll().where("name", "=", name).executeTakeFirst();
}

async function lastPosition(tx: Transaction<Tables>): Promise<number> {
  const row = await tx
    .selectFrom("target_platforms")
    .select((e) => e.fn.max("position").as("last"))
    .executeTakeFirst();
  return Number(row?.last ?? 0);
}
