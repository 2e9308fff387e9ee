import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table maintenance_windows (
    id text primary key, agent_id text, weekly text, starts_at integer, ends_at integer, time_zone text not null,
    reason text not null, created_by text not null, created_at integer not null)`,
];

/** When agents take no new builds. */
export async function addMaintenance(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
