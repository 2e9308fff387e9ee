import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table accounts (
    id text primary key, name text not null unique, concurrency_limit integer, created_at integer not null)`,
  `insert into accounts (id, name, concurrency_limit, created_at)
    values ('default', 'default', null, cast(strftime('%s', 'now') as integer) * 1000)`,
  `create table users (
    id integer primary key autoincrement, email text not null unique, name text not null, password_hash text,
    operator integer not null, disabled_at integer, created_at integer not null)`,
  `create table members (
    account_id text not null references accounts (id), user_id integer not null references users (id),
    role text not null, primary key (account_id, user_id))`,
  `create index members_by_user on members (user_id)`,
  `create table tokens (
    id text primary key, hash text not null unique, kind text not null, user_id integer not null references users (id),
    name text not null, scopes text not null, account_id text references accounts (id), family text,
    created_at integer not null, expires_at integer, last_used_at integer, revoked_at integer)`,
  `create index tokens_by_user on tokens (user_id)`,
  `create index tokens_by_family on tokens (family) where family is not null`,
  `create index tokens_of_logins on tokens (expires_at) where kind <> 'personal'`,
  `create table login_codes (
    hash text primary key, user_id integer not null references users (id), client_id text not null,
    redirect_uri text not null, challenge text not null, expires_at integer not null)`,

  `create table apps_of_accounts (
    id text primary key, account_id text not null references accounts (id), name text not null, git_url text not null,
    subfolder text not null, git_username text not null, git_password blob, created_at integer not null,
    unique (account_id, name))`,
  `insert into apps_of_accounts
    select id, 'default', name, git_url, subfolder, git_username, git_password, created_at from apps`,
  `drop table apps`,
  `alter table apps_of_accounts rename to apps`,

  `create table settings_of_accounts (
    account_id text not null references accounts (id), kind text not null, name text not null, shown text not null,
    sealed blob, updated_at integer not null, primary key (account_id, kind, name))`,
  `insert into settings_of_accounts select 'default', kind, name, shown, sealed, updated_at from settings`,
  `drop table settings`,
  `alter table settings_of_accounts rename to settings`,

  `alter table builds add column account_id text not null default 'default' references accounts (id)`,
  `alter table builds add column requested_by text not null default 'admin'`,
  `alter table builds add column commit_note text not null default ''`,
  `create index builds_by_account on builds (account_id, id)`,
  `create index builds_live on builds (account_id) where state in ('offered', 'accepted', 'running', 'cancelling')`,
  `alter table audit add column account_id text`,
  `update audit set account_id = 'default' where kind <> 'key'`,
];

/** Accounts that share a controller, and the people in them. All that was there before belongs to `default`. */
export async function addAccounts(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
