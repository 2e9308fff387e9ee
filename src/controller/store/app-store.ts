import type { Insertable, Kysely, Selectable, Transaction, Updateable } from "kysely";
import type { AccountScope } from "../accounts/principal.ts";
import { type Happening, record } from "./audit-store.ts";
import type { RowSignatures } from "./row-signatures.ts";
import { within } from "./scope.ts";
import type { AppRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** Seals the git password; called inside the transaction, so that it never meets a key that is being retired. */
export type SealPassword = () => Uint8Array | null;

/** All that may change of an app but its password. */
export type AppChange = Partial<Omit<Insertable<AppRow>, "id" | "account_id" | "git_password">>;

type Author = Pick<Happening, "actor" | "at">;

/** The apps that can be built. */
export class AppStore {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, signatures: RowSignatures) {
    this.db = db;
    this.signatures = signatures;
  }

  /** Undefined when the name is taken. */
  create(
    app: Omit<Insertable<AppRow>, "git_password">,
    password: SealPassword,
    author: Author,
  ): Promise<Selectable<AppRow> | undefined> {
    return inTransaction(this.db, async (tx) => {
      const insert = tx.insertInto("apps").values({ ...app, git_password: password() });
      const result = await insert
        .onConflict((conflict) => conflict.columns(["account_id", "name"]).doNothing())
        .executeTakeFirst();
      if (Number(result.numInsertedOrUpdatedRows ?? 0) !== 1) return undefined;
      const { account_id: account, name } = app;
      await record(tx, { ...author, account, action: "written", kind: "app", name, detail: "added" });
      return this.sign(tx, app.id);
    });
  }

  find(id: string): Promise<Selectable<AppRow> | undefined> {
    return this.db.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirst();
  }

  /** Those of that id or name; an id stands first. Accounts may have apps of the same name. */
  findAll(key: string, accounts: AccountScope): Promise<Selectable<AppRow>[]> {
    return this.db
      .selectFrom("apps")
      .selectAll()
      .where((e) => e.or([e("id", "=", key), e("name", "=", key)]))
      .where(within("account_id", accounts))
      .orderBy((e) => e.case().when("id", "=", key).then(0).else(1).end())
      .orderBy("account_id")
      .execute();
  }

  list(accounts: AccountScope): Promise<Selectable<AppRow>[]> {
    return this.db.selectFrom("apps").selectAll().where(within("account_id", accounts)).orderBy("name").execute();
  }

  /** Changes what is given; `password` is left out when it stays as it is. Throws SPEC_SIGNATURE_STORE: the rest must be ours. */
  async update(
    app: Selectable<AppRow>,
    change: AppChange,
    password: SealPassword | undefined,
    author: Author,
  ): Promise<void> {
    if (Object.keys(change).length === 0 && !password) return;
    await inTransaction(this.db, async (tx) => {
      const row = await tx.selectFrom("apps").selectAll().where("id", "=", app.id).executeTakeFirst();
      if (!row) return;
      this.signatures.check("app", row, row.name);
      const all: Updateable<AppRow> = password ? { ...change, git_password: password() } : change;
      await tx.updateTable("apps").set(all).where("id", "=", app.id).execute();
      await this.sign(tx, app.id);
      const name = (change.name as string | undefined) ?? app.name;
      const what = Object.keys(all).join(", ").replaceAll("_", " ");
      const detail = name === app.name ? `changed ${what}` : `changed ${what}; it was called ${app.name}`;
      await record(tx, { ...author, account: app.account_id, action: "written", kind: "app", name, detail });
    });
  }

  private async sign(tx: Transaction<Tables>, id: string): Promise<Selectable<AppRow>> {
    const row = await tx.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const signature = this.signatures.of("app", row);
    await tx.updateTable("apps").set({ signature }).where("id", "=", id).execute();
    return { ...row, signature };
  }

  /** False when the app still has builds, which keep it. */
  remove(app: Selectable<AppRow>, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const build = tx.selectFrom("builds").select("id").where("app_id", "=", app.id).limit(1);
      if (await build.executeTakeFirst()) return false;
      await tx.deleteFrom("apps").where("id", "=", app.id).execute();
      const { account_id: account, name } = app;
      await record(tx, { ...author, account, action: "removed", kind: "app", name, detail: "" });
      return true;
    });
  }
}
