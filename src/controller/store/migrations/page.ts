import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

// Each has all that a list of builds can be narrowed to, in front of the number by which it is ordered: build-strips.ts.
const STATEMENTS = [
  `create index builds_listed on builds (platform, state, id)`,
  `create index builds_listed_of_account on builds (account_id, platform, state, id)`,
  `create index builds_listed_of_app on builds (app_id, platform, state, id)`,
  `create index builds_of_any_branch on builds (branch, platform, state, id) where branch is not null`,
  `create index builds_of_branch_in_account on builds (account_id, branch, platform, state, id) where branch is not null`,
  `create index builds_of_branch_in_app on builds (app_id, branch, platform, state, id) where branch is not null`,
  // With all columns that its readers ask for: else they would take one of the above, and read it whole.
  `drop index builds_live`,
  `create index builds_live on builds (account_id, id, state)
    where state in ('offered', 'accepted', 'running', 'cancelling')`,
];

/** Lists of builds that stay quick however many there are, whatever they are narrowed to. */
export async function addPage(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
