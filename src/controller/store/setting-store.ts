import type { Kysely, Selectable } from "kysely";
import { record } from "./audit-store.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { SettingRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type SettingKind = "profile" | "environment" | "native-config";

/** A setting as it is written. `seal` is called inside the transaction, so that it never meets a key that is being retired. */
export interface NewSetting {
  account: string;
  kind: SettingKind;
  name: string;
  shown: string;
  seal: () => Uint8Array | null;
  at: number;
}

/** Security profiles, environments and native configs: a part that may be shown and a sealed one. Names are case-sensitive, and unique in an account. */
export class SettingStore {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, signatures: RowSignatures) {
    this.db = db;
    this.signatures = signatures;
  }

  /** Writes a setting whole, and who did it. */
  put(setting: NewSetting, actor: string): Promise<Selectable<SettingRow>> {
    const { account, kind, name, shown, at } = setting;
    return inTransaction(this.db, async (tx) => {
      const sealed = setting.seal();
      const written = { account_id: account, kind, name, shown, sealed, updated_at: at };
      const signature = this.signatures.of("setting", written);
      const row = { ...written, signature };
      const there = named(tx, account, kind, name);
      const detail = (await there.executeTakeFirst()) ? "replaced" : "added";
      await tx
        .insertInto("settings")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["account_id", "kind", "name"]).doUpdateSet({ shown, sealed, updated_at: at, signature }),
        )
        .execute();
      await record(tx, { at, actor, account, action: "written", kind, name, detail });
      return row;
    });
  }

  find(account: string, kind: SettingKind, name: string): Promise<Selectable<SettingRow> | undefined> {
    return named(this.db, account, kind, name).executeTakeFirst();
  }

  list(account: string, kind: SettingKind): Promise<Selectable<SettingRow>[]> {
    return this.db
      .selectFrom("settings")
      .selectAll()
      .where("account_id", "=", account)
      .where("kind", "=", kind)
      .orderBy("name")
      .execute();
  }

  /** False when there is none of that name. */
  remove(account: string, kind: SettingKind, name: string, author: { actor: string; at: number }): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const gone = tx
        .deleteFrom("settings")
        .where("account_id", "=", account)
        .where("kind", "=", kind)
        .where("name", "=", name);
      const removed = Number((await gone.executeTakeFirst()).numDeletedRows) === 1;
      if (removed) await record(tx, { ...author, account, action: "removed", kind, name, detail: "" });
      return removed;
    });
  }
}

function named(db: Kysely<Tables>, account: string, kind: SettingKind, name: string) {
  return db
    .selectFrom("settings")
    .selectAll()
    .where("account_id", "=", account)
    .where("kind", "=", kind)
    .where("name", "=", name);
}
