import type { Insertable, Kysely, Selectable, Updateable } from "kysely";
import type { AutomationRow } from "./push-tables.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type AutomationChange = Omit<Updateable<AutomationRow>, "id" | "app_id" | "created_at">;

/** What is built by itself when branches are pushed. */
export class AutomationStore {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, signatures: RowSignatures) {
    this.db = db;
    this.signatures = signatures;
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
    const insert = this.db
      .insertInto("automations")
      .values({ ...automation, signature: this.signatures.of("automation", automation) });
    const result = await insert
      .onConflict((conflict) => conflict.columns(["app_id", "name"]).doNothing())
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
  }

  /** False when another automation of the app has the new name. Throws SPEC_SIGNATURE_STORE: the rest must be ours. */
  change(automation: Selectable<AutomationRow>, change: AutomationChange): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const { name = automation.name } = change;
      const same = tx.selectFrom("automations").select("id").where("app_id", "=", automation.app_id);
      const other = await same.where("name", "=", name).where("id", "<>", automation.id).executeTakeFirst();
      if (other) return false;
      if (Object.keys(change).length === 0) return true;
      const row = await tx.selectFrom("automations").selectAll().where("id", "=", automation.id).executeTakeFirst();
      if (!row) return true;
      this.signatures.check("automation", row, row.name);
      const signature = this.signatures.of("automation", { ...row, ...change });
      await tx
        .updateTable("automations")
        .set({ ...change, signature })
        .where("id", "=", automation.id)
        .execute();
      return true;
    });
  }

  async remove(id: string): Promise<void> {
    await this.db.deleteFrom("automations").where("id", "=", id).execute();
  }
}
