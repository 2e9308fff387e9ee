import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table traces_owed (
    build_id integer primary key references builds (id) on delete cascade, owed_at integer not null, claimed_until integer not null)`,
  `alter table artifacts add column declared_at integer`,
  `alter table artifacts add column stored_at integer`,
];

/** Builds that have ended and whose trace the collector doesn't have; when a file began to come and when it was there. */
export async function addTraces(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
