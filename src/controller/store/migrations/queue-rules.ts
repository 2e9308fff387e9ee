import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table builds add column turn integer not null default 0`,
  `update builds set turn = id`,
  `create table turns (
    platform text not null, account_id text not null, last integer not null, primary key (platform, account_id))`,
  `drop index builds_queue`,
  `create index builds_queue on builds (platform, turn, id, account_id, target_platform) where state = 'queued'`,
  `create index builds_waiting on builds (account_id, turn) where state = 'queued'`,
  `create table target_platforms (
    name text primary key, os text not null, xcode text, label text, preferred integer not null, notice text,
    retired integer not null, position integer not null)`,
];

/** Turns, by which accounts share the agents, and the target platforms that the operator names. */
export async function addQueueRules(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
