import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table webhooks (
    id text primary key, account_id text not null references accounts (id), app_id text references apps (id) on delete cascade,
    url text not null, secret blob not null, enabled integer not null, created_at integer not null)`,
  `create index webhooks_by_account on webhooks (account_id)`,
  `create table deliveries (
    id integer primary key autoincrement, webhook_id text not null references webhooks (id) on delete cascade,
    build_id integer references builds (id) on delete cascade, event text not null, state text not null,
    attempts integer not null, next_at integer, response integer, error text not null, created_at integer not null,
    tried_at integer, ended_at integer)`,
  `create index deliveries_due on deliveries (next_at) where state = 'waiting'`,
  `create index deliveries_by_webhook on deliveries (webhook_id, id)`,
  `alter table apps add column keep_artifacts_days integer`,
  `alter table apps add column keep_logs_days integer`,
  `alter table apps add column timeout_minutes integer`,
  `alter table builds add column artifacts_removed_at integer`,
  `alter table builds add column log_removed_at integer`,
  `create index builds_with_files on builds (app_id, finished_at) where artifacts_removed_at is null`,
  `create index builds_with_log on builds (app_id, finished_at) where log_removed_at is null`,
  `create table removals (
    what text not null, build_id integer not null references builds (id) on delete cascade,
    primary key (what, build_id))`,
  `create index artifacts_by_content on artifacts (sha256)`,
  `create index deliveries_ended on deliveries (ended_at) where ended_at is not null`,
];

/** Webhooks to other systems with a log of their deliveries; how long files are kept, how long a build may take. */
export async function addNotices(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
