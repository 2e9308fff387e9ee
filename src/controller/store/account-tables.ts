import type { Generated } from "kysely";

/** Who shares agents and limits: an organisation, a customer, a team. */
export interface AccountRow {
  id: string;
  name: string;
  /** Null: none. */
  concurrency_limit: number | null;
  created_at: number;
}

export interface UserRow {
  id: Generated<number>;
  /** In lower case. */
  email: string;
  name: string;
  /** Null: can't log in by password. */
  password_hash: string | null;
  /** May do everything on this controller. */
  operator: number;
  disabled_at: number | null;
  created_at: number;
}

export interface MemberRow {
  account_id: string;
  user_id: number;
  role: string;
}

export interface TokenRow {
  id: string;
  /** SHA-256 of the token, hexadecimal. Tokens have 256 random bits, so that nothing slower is needed. */
  hash: string;
  /** `personal`, `session` (a login) or `refresh`. */
  kind: string;
  user_id: number;
  name: string;
  /** JSON: the permissions that the token passes on, of those that its user has. */
  scopes: string;
  /** Good for this account only. */
  account_id: string | null;
  /** Session and refresh tokens of one login have one: it is revoked whole when a refresh token is used twice. */
  family: string | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

/** A login by browser that waits for its token request. */
export interface LoginCodeRow {
  hash: string;
  user_id: number;
  client_id: string;
  redirect_uri: string;
  challenge: string;
  expires_at: number;
}
