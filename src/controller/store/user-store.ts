import type { Kysely, Selectable, Updateable } from "kysely";
import type { UserRow } from "./account-tables.ts";
import { type Happening, record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;

export type UserChange = Omit<Updateable<UserRow>, "id" | "email" | "created_at">;

/** The people of this controller. They are never removed, only disabled: what they did stays theirs. */
export class UserStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  find(id: number): Promise<Selectable<UserRow> | undefined> {
    return this.db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
  }

  /** `email` in lower case. */
  findByEmail(email: string): Promise<Selectable<UserRow> | undefined> {
    return this.db.selectFrom("users").selectAll().where("email", "=", email).executeTakeFirst();
  }

  list(): Promise<Selectable<UserRow>[]> {
    return this.db.selectFrom("users").selectAll().orderBy("email").execute();
  }

  /** Undefined when the e-mail is taken. */
  create(
    user: Omit<Selectable<UserRow>, "id" | "disabled_at">,
    author: Author,
  ): Promise<Selectable<UserRow> | undefined> {
    return inTransaction(this.db, async (tx) => {
      const insert = tx.insertInto("users").values({ ...user, disabled_at: null });
      const row = await insert
        .onConflict((conflict) => conflict.column("email").doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      const detail = user.operator ? "added as operator" : "added";
      await record(tx, { ...author, action: "written", kind: "user", name: user.email, detail });
      return row;
    });
  }

  /** Changes a user; a new password ends the user's logins, but for those of the family `keep`. */
  async update(user: Selectable<UserRow>, change: UserChange, author: Author, keep = ""): Promise<void> {
    if (Object.keys(change).length === 0) return;
    await inTransaction(this.db, async (tx) => {
      await tx.updateTable("users").set(change).where("id", "=", user.id).execute();
      if (change.password_hash !== undefined) {
        const logins = tx.updateTable("tokens").set({ revoked_at: author.at }).where("user_id", "=", user.id);
        await logins
          .where("kind", "in", ["session", "refresh"])
          .where("revoked_at", "is", null)
          .where((e) => e.or([e("family", "is", null), e("family", "!=", keep)]))
          .execute();
      }
      await record(tx, { ...author, action: "written", kind: "user", name: user.email, detail: described(change) });
    });
  }
}

function described(change: UserChange): string {
  const parts: string[] = [];
  if (change.password_hash !== undefined) parts.push("new password");
  if (change.operator !== undefined) parts.push(change.operator ? "operator" : "no operator");
  if (change.disabled_at !== undefined) parts.push(change.disabled_at === null ? "enabled" : "disabled");
  if (change.name !== undefined) parts.push("name");
  return parts.join(", ");
}
