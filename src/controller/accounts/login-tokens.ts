import type { NewTokenRow } from "../store/token-store.ts";
import { PERMISSIONS } from "./principal.ts";
import { newToken, type TokenKind } from "./tokens.ts";

/** A login by password lasts so long. */
const SESSION_MS = 30 * 86_400_000;

export interface LoginToken {
  token: string;
  row: NewTokenRow;
}

/** The token of a new login by password. It is a family of its own. */
export function passwordLogin(userId: number, now: number): LoginToken {
  const made = newToken();
  return loginToken("session", { userId, name: "login", family: made.id, now, lastsMs: SESSION_MS }, made);
}

/** A token of a login: it may do all that its person may. */
export function loginToken(
  kind: TokenKind,
  of: { userId: number; name: string; family: string; now: number; lastsMs: number },
  made = newToken(),
): LoginToken {
  const row = {
    id: made.id,
    hash: made.hash,
    kind,
    user_id: of.userId,
    name: of.name,
    scopes: JSON.stringify(PERMISSIONS),
    account_id: null,
    family: of.family,
    created_at: of.now,
    expires_at: of.now + of.lastsMs,
  };
  return { token: made.token, row };
}
