import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/** Agents that an operator keeps from new builds. */
export async function addHolds(db: Kysely<Tables>): Promise<void> {
  await sql`alter table agents add column hold text`.execute(db);
}
