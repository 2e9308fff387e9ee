import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

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

  async replace(name: string, value: string): Promise<void> {
    const insert = this.db.insertInto("shared_facts").values({ name, value });
    await insert.onConflict((conflict) => conflict.column("name").doUpdateSet({ value })).execute();
  }
}
