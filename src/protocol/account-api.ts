/**
 * Logins, people, accounts and tokens: the rest of the HTTP API below `/api/v1`, in the way of api.ts.
 *
 *   POST   /session                       LoginRequest → 201 Login; needs no token; 429 with Retry-After after wrong ones
 *   DELETE /session                       204; ends the login whose token is shown
 *   GET    /me                            Me
 *   PUT    /me/password                   PasswordChange → 204; ends the person's other logins
 *   GET    /users                         { users: User[] }; operators only, as all of /users
 *   POST   /users                         UserRequest → 201 User
 *   GET    /users/:user                   User; `:user` is an id or an e-mail
 *   PATCH  /users/:user                   UserChange → User
 *   GET    /accounts                      { accounts: Account[] }; operators see all, others their own
 *   POST   /accounts                      AccountRequest → 201 Account; operators only
 *   GET    /accounts/:account             Account; `:account` is an id or a name
 *   PATCH  /accounts/:account             Partial<AccountRequest> → Account; operators only
 *   GET    /accounts/:account/members     { members: Member[] }; admins of the account, as all of members
 *   PUT    /accounts/:account/members/:user     { role } → Member; adds or changes
 *   DELETE /accounts/:account/members/:user     204
 *   GET    /tokens                        { tokens: Token[] }; one's own
 *   POST   /tokens                        TokenRequest → 201 Token & { token: string }; the only time that it is shown
 *   DELETE /tokens/:token                 204; `:token` is an id
 */

export const SCOPES = ["read", "build", "manage"] as const;
export type Scope = (typeof SCOPES)[number];

export const MEMBER_ROLES = ["viewer", "developer", "admin"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export interface LoginRequest {
  email: string;
  password: string;
}

export interface Login {
  token: string;
  user: { id: number; email: string };
}

/** Who shows the token, and what they may do with it. */
export interface Me {
  /** An e-mail, or `admin` for the controller's own token. */
  name: string;
  user?: { id: number; email: string };
  operator: boolean;
  accounts: MyAccount[];
}

export interface MyAccount {
  id: string;
  name: string;
  /** Missing for operators who are no members. */
  role?: MemberRole;
  scopes: Scope[];
}

export interface PasswordChange {
  current: string;
  new: string;
}

export interface User {
  id: number;
  email: string;
  name: string;
  operator: boolean;
  /** Without one they can't log in yet. */
  hasPassword: boolean;
  disabled: boolean;
  createdAt: string;
}

export interface UserRequest {
  email: string;
  name?: string;
  /** At least 10 characters. */
  password?: string;
  operator?: boolean;
}

export interface UserChange {
  name?: string;
  password?: string;
  operator?: boolean;
  disabled?: boolean;
}

export interface Account {
  id: string;
  name: string;
  /** Builds that may run at once; null: any number. */
  concurrencyLimit: number | null;
  createdAt: string;
}

export interface AccountRequest {
  name: string;
  concurrencyLimit?: number | null;
}

export interface Member {
  user: { id: number; email: string; name: string };
  role: MemberRole;
  disabled: boolean;
}

export interface TokenRequest {
  name: string;
  /** `read` is always among them. */
  scopes: Scope[];
  /** Id or name of the account that it is good for; without it, all of the person's. */
  account?: string;
  /** Without it, it doesn't expire. */
  expiresInDays?: number;
}

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  account?: { id: string; name: string };
  createdAt: string;
  expiresAt?: string;
  /** Within a minute. */
  lastUsedAt?: string;
}
