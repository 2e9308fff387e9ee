import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table apps add column trusted_branches text`,
  `alter table builds add column trust text not null default ''`,
  `create index pushes_of_commit on pushes (app_id, sha)`,
];

/** Which branches of an app get its secrets, and what was decided of each build. */
export async function addTrustedBranches(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
