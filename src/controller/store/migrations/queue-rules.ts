import { type Kysely, sql } from "kysely";
import { requirementOfName, requirementText } from "../../../protocol/requirement.ts";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table builds add column turn integer not null default 0`,
  `alter table builds add column requirement text`,
  `alter table builds add column notice text`,
  `update builds set turn = id`,
  `create table turns (
    platform text not null, account_id text not null, last integer not null, primary key (platform, account_id))`,
  `insert into turns (platform, account_id, last) select platform, account_id, max(turn) from builds group by 1, 2`,
  `insert into turns (platform, account_id, last)
    select platform, '', max(turn) from builds where state <> 'queued' group by platform`,
  `drop index builds_queue`,
  `create index builds_queue on builds (platform, turn, id, account_id, requirement) where state = 'queued'`,
  `create index builds_wishes on builds (platform, requirement) where state = 'queued' and requirement is not null`,
  `create index builds_waiting on builds (account_id, id, platform, turn) where state = 'queued'`,
  `create table target_platforms (
    name text primary key, os text not null, xcode text, label text, preferred integer not null, notice text,
    retired integer not null, position integer not null)`,
];

/** Turns, by which accounts share the agents, and the target platforms that the operator names. */
export async function addQueueRules(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  const asked = await sql<{ name: string }>`
    select distinct target_platform as name from builds
    where target_platform is not null and state in ('queued', 'offered', 'accepted', 'running', 'cancelling')
  `.execute(db);
  for (const { name } of asked.rows) {
    const requirement = requirementText(requirementOfName(name, true) ?? {});
    await sql`update builds set requirement = ${requirement} where target_platform = ${name}`.execute(db);
  }
}
