import type { Kysely } from "kysely";
import { record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** What all controllers on this store must have in common. */
export class FactStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  async find(name: string): Promise<string | undefined> {
    return (await this.db.selectFrom("shared_facts").select("value").where("name", "=", name).executeTakeFirst())
      ?.value;
  }

  /** Keeps a fact that wasn't known; answers the one that is. */
  async keep(name: string, value: string): Promise<string> {
    const insert = this.db.insertInto("shared_facts").values({ name, value });
    await insert.onConflict((conflict) => conflict.column("name").doNothing()).execute();
    return (await this.find(name)) ?? value;
  }

  /** Another value; what becomes of it is in the audit. */
  async replace(name: string, value: string, at: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const before = await tx.selectFrom("shared_facts").select("value").where("name", "=", name).executeTakeFirst();
      if (before?.value === value) return;
      const insert = tx.insertInto("shared_facts").values({ name, value });
      await insert.onConflict((conflict) => conflict.column("name").doUpdateSet({ value })).execute();
      const detail = before ? "replaced by the file of a controller" : "added";
      await record(tx, { at, actor: "controller", action: "written", kind: "key", name, detail });
    });
  }
}
