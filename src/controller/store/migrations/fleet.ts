import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/** Each call of an agent names its session: among thousands it isn't to be looked for. */
export async function addFleet(db: Kysely<Tables>): Promise<void> {
  await sql`create index agents_by_session on agents (session_id)`.execute(db);
}
