import type { Insertable, Kysely, Selectable } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { AppRow, Tables } from "./tables.ts";

/** Seals the git password; called inside the transaction, so that it never meets a key that is being retired. */
export type SealPassword = () => Uint8Array | null;

/** All that may change of an app but its password. */
export type AppChange = Partial<Omit<AppRow, "id" | "git_password">>;

type Author = Pick<Happening, "actor" | "at">;

/** The apps that can be built. */
export class AppStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Undefined when the name is taken. */
  create(
    app: Omit<Insertable<AppRow>, "git_password">,
    password: SealPassword,
    author: Author,
  ): Promise<Selectable<AppRow> | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const row = { ...app, git_password: password() };
      const insert = tx.insertInto("apps").values(row);
      const result = await insert.onConflict((conflict) => conflict.column("name").doNothing()).executeTakeFirst();
      if (Number(result.numInsertedOrUpdatedRows ?? 0) !== 1) return undefined;
      await record(tx, { ...author, action: "written", kind: "app", name: row.name, detail: "added" });
      return row;
    });
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

  /** Changes what is given; `password` is left out when it stays as it is. */
  async update(
    app: Selectable<AppRow>,
    change: AppChange,
    password: SealPassword | undefined,
    author: Author,
  ): Promise<void> {
    if (Object.keys(change).length === 0 && !password) return;
    await this.db.transaction().execute(async (tx) => {
      const all: Partial<AppRow> = password ? { ...change, git_password: password() } : change;
      await tx.updateTable("apps").set(all).where("id", "=", app.id).execute();
      const name = change.name ?? app.name;
      const what = Object.keys(all).join(", ").replaceAll("_", " ");
      const detail = name === app.name ? `changed ${what}` : `changed ${what}; it was called ${app.name}`;
      await record(tx, { ...author, action: "written", kind: "app", name, detail });
    });
  }

  /** False when the app still has builds, which keep it. */
  remove(app: Selectable<AppRow>, author: Author): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const build = tx.selectFrom("builds").select("id").where("app_id", "=", app.id).limit(1);
      if (await build.executeTakeFirst()) return false;
      await tx.deleteFrom("apps").where("id", "=", app.id).execute();
      await record(tx, { ...author, action: "removed", kind: "app", name: app.name, detail: "" });
      return true;
    });
  }
}
