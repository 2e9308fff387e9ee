import type { Insertable, Kysely, Selectable, Transaction, Updateable } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { AutomationRow } from "./push-tables.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { AppRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type AutomationChange = Omit<Updateable<AutomationRow>, "id" | "app_id" | "created_at">;

type Author = Pick<Happening, "actor" | "at">;
type App = Pick<Selectable<AppRow>, "account_id" | "name">;

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
  create(app: App, automation: Insertable<AutomationRow>, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const insert = tx
        .insertInto("automations")
        .values({ ...automation, signature: this.signatures.of("automation", automation) });
      const result = await insert
        .onConflict((conflict) => conflict.columns(["app_id", "name"]).doNothing())
        .executeTakeFirst();
      if (Number(result.numInsertedOrUpdatedRows ?? 0) !== 1) return false;
      await told(tx, app, automation.name, author, "written", "added");
      return true;
    });
  }

  /** False when another automation of the app has the new name. Throws SPEC_SIGNATURE_STORE: the rest must be ours. */
  change(app: App, automation: Selectable<AutomationRow>, change: AutomationChange, author: Author): Promise<boolean> {
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
      const was = name === automation.name ? "" : `; it was called ${automation.name}`;
      await told(tx, app, `${name}`, author, "written", `changed ${Object.keys(change).join(", ")}${was}`);
      return true;
    });
  }

  async remove(app: App, automation: Selectable<AutomationRow>, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const gone = tx.deleteFrom("automations").where("id", "=", automation.id);
      if (Number((await gone.executeTakeFirst()).numDeletedRows) !== 1) return;
      await told(tx, app, automation.name, author, "removed", "");
    });
  }
}

async function told(
  tx: Transaction<Tables>,
  app: App,
  name: string,
  author: Author,
  action: "written" | "removed",
  what: string,
): Promise<void> {
  const detail = [what, `of the app ${app.name}`].filter((part) => part !== "").join(" ");
  await record(tx, { ...author, account: app.account_id, action, kind: "automation", name, detail });
}
