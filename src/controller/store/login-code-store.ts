import type { Kysely, Selectable } from "kysely";
import type { LoginCodeRow } from "./account-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** Codes that a browser brought to a program, to be changed into tokens once. */
export class LoginCodeStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  async create(code: LoginCodeRow, now: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.deleteFrom("login_codes").where("expires_at", "<", now).execute();
      await tx.insertInto("login_codes").values(code).execute();
    });
  }

  /** Takes the code away and answers what it stood for; undefined when it was taken before, or never was. */
  take(hash: string): Promise<Selectable<LoginCodeRow> | undefined> {
    return this.db.deleteFrom("login_codes").where("hash", "=", hash).returningAll().executeTakeFirst();
  }
}
