import type { Insertable, Kysely, Selectable, Transaction } from "kysely";
import type { TokenRow, UserRow } from "./account-tables.ts";
import { type Happening, record } from "./audit-store.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Author = Pick<Happening, "actor" | "at">;
type Token = Selectable<TokenRow>;
export type NewTokenRow = Omit<Insertable<TokenRow>, "last_used_at" | "revoked_at">;

/** Logins that ended so long ago are removed. */
const KEEP_ENDED_MS = 30 * 86_400_000;

/** Tokens by their hashes: those of programs, and those of logins. */
export class TokenStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** The token of that hash and its user, also when it was revoked. */
  async findByHash(hash: string): Promise<{ token: Token; user: Selectable<UserRow> } | undefined> {
    const token = await this.db.selectFrom("tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
    if (!token) return undefined;
    const user = this.db.selectFrom("users").selectAll().where("id", "=", token.user_id);
    return { token, user: await user.executeTakeFirstOrThrow() };
  }

  /** A user's tokens for programs that were not revoked, the newest first. */
  ofUser(userId: number): Promise<Token[]> {
    return this.db
      .selectFrom("tokens")
      .selectAll()
      .where("user_id", "=", userId)
      .where("kind", "=", "personal")
      .where("revoked_at", "is", null)
      .orderBy("created_at", "desc")
      .orderBy("id")
      .execute();
  }

  /** Keeps a token for programs. */
  async createPersonal(token: NewTokenRow, author: Author, detail: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.insertInto("tokens").values(complete(token)).execute();
      await record(tx, { ...author, ...accountOf(token), action: "written", kind: "token", name: token.name, detail });
    });
  }

  /** Keeps the tokens of a login, and forgets those of logins that ended long ago. `from` is where it came from, where that is known. */
  async createLogin(tokens: readonly NewTokenRow[], now: number, from = ""): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx
        .deleteFrom("tokens")
        .where("kind", "in", ["session", "refresh"])
        .where("expires_at", "<", now - KEEP_ENDED_MS)
        .execute();
      await tx.insertInto("tokens").values(tokens.map(complete)).execute();
      const [token] = tokens;
      if (token) await recordLogin(tx, token, now, "logged in", from);
    });
  }

  /** Adds an access token to the login of a refresh token, which is good until `expiresAt` then: false when it was revoked. */
  refresh(refresh: Token, access: NewTokenRow, at: { now: number; expiresAt: number }): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const changing = { last_used_at: at.now, expires_at: at.expiresAt };
      const used = tx.updateTable("tokens").set(changing).where("id", "=", refresh.id);
      const { numUpdatedRows } = await used.where("revoked_at", "is", null).executeTakeFirst();
      if (Number(numUpdatedRows) !== 1) return false;
      await tx.insertInto("tokens").values(complete(access)).execute();
      return true;
    });
  }

  async usedAt(id: string, at: number): Promise<void> {
    await this.db.updateTable("tokens").set({ last_used_at: at }).where("id", "=", id).execute();
  }

  async revokePersonal(token: Token, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.updateTable("tokens").set({ revoked_at: author.at }).where("id", "=", token.id).execute();
      const { name } = token;
      await record(tx, { ...author, ...accountOf(token), action: "removed", kind: "token", name, detail: "revoked" });
    });
  }

  /** Ends a login: all its tokens. */
  async revokeFamily(family: string, at: number): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const [token] = await tx
        .updateTable("tokens")
        .set({ revoked_at: at })
        .where("family", "=", family)
        .where("revoked_at", "is", null)
        .returning(["user_id", "name"])
        .execute();
      if (token) await recordLogin(tx, token, at, "logged out");
    });
  }
}

async function recordLogin(
  tx: Transaction<Tables>,
  token: Pick<NewTokenRow, "user_id" | "name">,
  at: number,
  action: "logged in" | "logged out",
  from = "",
): Promise<void> {
  const user = await tx.selectFrom("users").select("email").where("id", "=", token.user_id).executeTakeFirstOrThrow();
  const detail = [token.name, from === "" ? "" : `from ${from}`].filter((part) => part !== "").join(" ");
  await record(tx, { at, actor: user.email, action, kind: "login", name: user.email, detail });
}

function complete(token: NewTokenRow): Insertable<TokenRow> {
  return { ...token, last_used_at: null, revoked_at: null };
}

function accountOf({ account_id: account }: Pick<NewTokenRow, "account_id">): { account?: string } {
  return account ? { account } : {};
}
