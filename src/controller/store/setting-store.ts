import type { Kysely, Selectable } from "kysely";
import type { SettingRow, Tables } from "./tables.ts";

export type SettingKind = "profile" | "environment" | "native-config";

/** Security profiles, environments and native configs: a part that may be shown and a sealed one. Names are case-sensitive. */
export class SettingStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  async put(setting: SettingRow & { kind: SettingKind }): Promise<void> {
    const { shown, sealed, updated_at } = setting;
    await this.db
      .insertInto("settings")
      .values(setting)
      .onConflict((conflict) => conflict.columns(["kind", "name"]).doUpdateSet({ shown, sealed, updated_at }))
      .execute();
  }

  find(kind: SettingKind, name: string): Promise<Selectable<SettingRow> | undefined> {
    return this.db
      .selectFrom("settings")
      .selectAll()
      .where("kind", "=", kind)
      .where("name", "=", name)
      .executeTakeFirst();
  }

  list(kind: SettingKind): Promise<Selectable<SettingRow>[]> {
    return this.db.selectFrom("settings").selectAll().where("kind", "=", kind).orderBy("name").execute();
  }

  async remove(kind: SettingKind, name: string): Promise<boolean> {
    const result = await this.db
      .deleteFrom("settings")
      .where("kind", "=", kind)
      .where("name", "=", name)
      .executeTakeFirst();
    return Number(result.numDeletedRows) === 1;
  }
}
