import type { Insertable, Kysely, Selectable } from "kysely";
import type { AppRow, Tables } from "./tables.ts";

/** The apps that can be built. */
export class AppStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** False when the name is taken. */
  async create(app: Insertable<AppRow>): Promise<boolean> {
    const result = await this.db
      .insertInto("apps")
      .values(app)
      .onConflict((conflict) => conflict.column("name").doNothing())
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) === 1;
  }

  /** By id or by name. */
  find(key: string): Promise<Selectable<AppRow> | undefined> {
    return this.db
      .selectFrom("apps")
      .selectAll()
      .where((e) => e.or([e("id", "=", key), e("name", "=", key)]))
      .executeTakeFirst();
  }

  list(): Promise<Selectable<AppRow>[]> {
    return this.db.selectFrom("apps").selectAll().orderBy("name").execute();
  }

  async update(id: string, change: Partial<AppRow>): Promise<void> {
    if (Object.keys(change).length > 0) await this.db.updateTable("apps").set(change).where("id", "=", id).execute();
  }

  /** False when the app still has builds, which keep it. */
  async remove(id: string): Promise<boolean> {
    const build = await this.db.selectFrom("builds").select("id").where("app_id", "=", id).limit(1).executeTakeFirst();
    if (build) return false;
    await this.db.deleteFrom("apps").where("id", "=", id).execute();
    return true;
  }
}
