import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table webhooks (
    id text primary key, account_id text not null references accounts (id), app_id text references apps (id) on delete cascade,
    url text not null, secret blob not null, enabled integer not null, created_at integer not null)`,
  `create index webhooks_by_account on webhooks (account_id)`,
  `create table deliveries (
    id integer primary key autoincrement, webhook_id text not null references webhooks (id) on delete cascade,
    build_id integer not null references builds (id) on delete cascade, state text not null, attempts integer not null,
    next_at integer, response integer, error text not null, created_at integer not null, ended_at integer)`,
  `create index deliveries_due on deliveries (next_at) where state = 'waiting'`,
  `create index deliveries_by_webhook on deliveries (webhook_id, id)`,
  `alter table apps add column keep_artifacts_days integer`,
  `alter table apps add column keep_logs_days integer`,
  `alter table apps add column timeout_minutes integer`,
  `alter table builds add column artifacts_removed_at integer`,
  `alter table builds add column log_removed_at integer`,
];

/** Webhooks to other systems with a log of their deliveries; how long files are kept, how long a build may take. */
export async function addNotices(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
