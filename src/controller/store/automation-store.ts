import type { Insertable, Kysely, Selectable, Updateable } from "kysely";
import type { AutomationRow } from "./push-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type AutomationChange = Omit<Updateable<AutomationRow>, "id" | "app_id" | "created_at">;

/** What is built by itself when branches are pushed. */
export class AutomationStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  list(appId: string): Promise<Selectable<AutomationRow>[]> {
    return this.db.selectFrom("automations").selectAll().where("app_id", "=", appId).orderBy("name").execute();
  }

  /** By id or name; an id goes first. */
  async find(appId: string, key: string): Promise<Selectable<AutomationRow> | undefined> {
    const all = await this.list(appId);
    return all.find(({ id }) => id === key) ?? all.find(({ name }) => name === key);
  }

  /** False when the app has one of that name. */
  async create(automation: Insertable<AutomationRow>): Promise<boolean> {
    const insert = this.db.insertInto("automations").values(automation);
    const result = await insert
      .onConflict((conflict) => conflict.columns(["app_id", "name"]).doNothing())
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
  }

  /** False when another automation of the app has the new name. */
  change(automation: Selectable<AutomationRow>, change: AutomationChange): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const { name = automation.name } = change;
      const same = tx.selectFrom("automations").select("id").where("app_id", "=", automation.app_id);
      const other = await same.where("name", "=", name).where("id", "<>", automation.id).executeTakeFirst();
      if (other) return false;
      if (Object.keys(change).length > 0)
        await tx.updateTable("automations").set(change).where("id", "=", automation.id).execute();
      return true;
    });
  }

  async remove(id: string): Promise<void> {
    await this.db.deleteFrom("automations").where("id", "=", id).execute();
  }
}
