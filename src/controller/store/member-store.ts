import type { Kysely, Selectable, Transaction } from "kysely";
import type { Role } from "../accounts/principal.ts";
import type { AccountRow, MemberRow, UserRow } from "./account-tables.ts";
import { type Happening, record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;
type Account = Selectable<AccountRow>;
type User = Selectable<UserRow>;

/** Why a change of members wasn't made. */
export type MemberRefusal = "no member" | "last admin";

export type MemberWithUser = Selectable<MemberRow> & Pick<User, "email" | "name" | "disabled_at">;

/** Who is in which account, and as what. An account that has an admin keeps one. */
export class MemberStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  ofUser(userId: number): Promise<Selectable<MemberRow>[]> {
    return this.db.selectFrom("members").selectAll().where("user_id", "=", userId).orderBy("account_id").execute();
  }

  ofAccount(accountId: string): Promise<MemberWithUser[]> {
    return this.db
      .selectFrom("members")
      .innerJoin("users", "users.id", "members.user_id")
      .selectAll("members")
      .select(["users.email", "users.name", "users.disabled_at"])
      .where("members.account_id", "=", accountId)
      .orderBy("users.email")
      .execute();
  }

  /** Adds a member or changes the role. */
  put(account: Account, user: User, role: Role, author: Author): Promise<MemberRefusal | undefined> {
    return inTransaction(this.db, async (tx) => {
      const before = await roleOf(tx, account.id, user.id);
      if (before === role) return undefined;
      if (before === "admin" && !(await hasOtherAdmin(tx, account.id, user.id))) return "last admin";
      await tx
        .insertInto("members")
        .values({ account_id: account.id, user_id: user.id, role })
        .onConflict((conflict) => conflict.columns(["account_id", "user_id"]).doUpdateSet({ role }))
        .execute();
      const detail = before === undefined ? `added as ${role}` : `${role}, was ${before}`;
      await record(tx, { ...author, account: account.id, action: "written", kind: "member", name: user.email, detail });
      return undefined;
    });
  }

  remove(account: Account, user: User, author: Author): Promise<MemberRefusal | undefined> {
    return inTransaction(this.db, async (tx) => {
      const before = await roleOf(tx, account.id, user.id);
      if (before === undefined) return "no member";
      if (before === "admin" && !(await hasOtherAdmin(tx, account.id, user.id))) return "last admin";
      const row = tx.deleteFrom("members").where("account_id", "=", account.id).where("user_id", "=", user.id);
      await row.execute();
      const detail = `was ${before}`;
      await record(tx, { ...author, account: account.id, action: "removed", kind: "member", name: user.email, detail });
      return undefined;
    });
  }
}

async function roleOf(tx: Transaction<Tables>, accountId: string, userId: number): Promise<string | undefined> {
  const row = tx.selectFrom("members").select("role").where("account_id", "=", accountId).where("user_id", "=", userId);
  return (await row.executeTakeFirst())?.role;
}

/** One who is disabled can't do anything for the account. */
async function hasOtherAdmin(tx: Transaction<Tables>, accountId: string, userId: number): Promise<boolean> {
  const row = await tx
    .selectFrom("members")
    .innerJoin("users", "users.id", "members.user_id")
    .select("members.user_id")
    .where("members.account_id", "=", accountId)
    .where("members.user_id", "!=", userId)
    .where("members.role", "=", "admin")
    .where("users.disabled_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
