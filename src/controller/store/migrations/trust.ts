import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  ...["apps", "settings", "automations", "pushes", "builds"].map(
    (table) => `alter table ${table} add column signature text`,
  ),
  `alter table builds add column commit_signature text`,
  `alter table leases add column spec_signature text`,
];

/** Who may say what agents run: each row that decides about it is signed by a key that is not in the store. */
export async function addTrust(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
