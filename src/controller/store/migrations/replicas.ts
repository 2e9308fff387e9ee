import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/** What all controllers on one store must have in common, such as the hash of the key they sign with. */
export async function addReplicas(db: Kysely<Tables>): Promise<void> {
  await sql.raw(`create table shared_facts (name text primary key, value text not null)`).execute(db);
}
