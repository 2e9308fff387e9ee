import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table apps add column own_remote integer not null default 0`,
  `alter table apps add column deploy_on_push integer not null default 1`,
  `alter table apps add column cancel_older integer not null default 0`,
  `alter table apps add column push_secret blob`,
  `alter table builds add column branch text`,
  `alter table builds add column automation_id text`,
  `create index builds_of_branch on builds (app_id, branch) where branch is not null
    and state in ('queued', 'offered', 'accepted', 'running')`,
  `create table refs (
    app_id text not null references apps (id) on delete cascade, name text not null, sha text not null,
    primary key (app_id, name))`,
  `create table pushes (
    id integer primary key autoincrement, app_id text not null references apps (id) on delete cascade,
    delivery text not null, source text not null, branch text not null, sha text not null, before_sha text not null,
    note text not null, pushed_by text not null, at integer not null, outcome text not null,
    unique (app_id, delivery, branch))`,
  `create index pushes_of_branch on pushes (app_id, branch, id)`,
  `create index pushes_unfinished on pushes (id) where outcome = ''`,
  `alter table builds add column push_id integer references pushes (id) on delete set null`,
  `create unique index builds_of_push on builds (push_id, coalesce(automation_id, '')) where push_id is not null`,
  `create table automations (
    id text primary key, app_id text not null references apps (id) on delete cascade, name text not null,
    branches text not null, request text not null, enabled integer not null, created_at integer not null,
    unique (app_id, name))`,
];

/** What begins builds without a person: pushes to the controller's own remotes, webhooks of git hosts, automations. */
export async function addPushes(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
