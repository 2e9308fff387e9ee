import type { Kysely, Selectable } from "kysely";
import type { AccountScope } from "../accounts/principal.ts";
import type { AccountRow } from "./account-tables.ts";
import { type Happening, record } from "./audit-store.ts";
import { within } from "./scope.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;
export type AccountChange = Partial<Pick<AccountRow, "name" | "concurrency_limit">>;

/** The accounts that share this controller. */
export class AccountStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  find(id: string): Promise<Selectable<AccountRow> | undefined> {
    return this.db.selectFrom("accounts").selectAll().where("id", "=", id).executeTakeFirst();
  }

  list(accounts: AccountScope): Promise<Selectable<AccountRow>[]> {
    return this.db.selectFrom("accounts").selectAll().where(within("id", accounts)).orderBy("name").execute();
  }

  /** False when the name is taken. */
  create(account: AccountRow, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const insert = tx.insertInto("accounts").values(account);
      const result = await insert.onConflict((conflict) => conflict.column("name").doNothing()).executeTakeFirst();
      if (Number(result.numInsertedOrUpdatedRows ?? 0) !== 1) return false;
      const { id, name } = account;
      await record(tx, { ...author, account: id, action: "written", kind: "account", name, detail: "added" });
      return true;
    });
  }

  /** Changes what is given. False when the name is taken. */
  update(account: Selectable<AccountRow>, change: AccountChange, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const name = change.name ?? account.name;
      const other = tx.selectFrom("accounts").select("id").where("name", "=", name).where("id", "!=", account.id);
      if (await other.executeTakeFirst()) return false;
      if (Object.keys(change).length === 0) return true;
      await tx.updateTable("accounts").set(change).where("id", "=", account.id).execute();
      const detail = described(account, change);
      await record(tx, { ...author, account: account.id, action: "written", kind: "account", name, detail });
      return true;
    });
  }
}

function described(account: Selectable<AccountRow>, change: AccountChange): string {
  const { name, concurrency_limit: limit } = change;
  const parts: string[] = [];
  if (name !== undefined && name !== account.name) parts.push(`it was called ${account.name}`);
  if (limit !== undefined)
    parts.push(`concurrency limit ${limit ?? "none"}, was ${account.concurrency_limit ?? "none"}`);
  return parts.join("; ");
}
