import type { Kysely, Selectable } from "kysely";
import type { AccountScope } from "../accounts/principal.ts";
import type { AccountRow } from "./account-tables.ts";
import { within } from "./scope.ts";
import type { Tables } from "./tables.ts";

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
}
