import { type Kysely, sql } from "kysely";
import { chainEntries } from "../audit-chaining.ts";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table audit add column attempt integer`,
  `alter table audit add column step text`,
  `alter table audit add column seq integer`,
  `alter table audit add column prev_hash text`,
  `alter table audit add column hash text`,
  `create unique index audit_chain on audit (seq)`,
  `create index audit_unchained on audit (id) where seq is null`,
];

/** The entries of the audit get numbers and hashes, those that are there in the order in which they came. */
export async function addAuditChain(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  while ((await chainEntries(db)) > 0);
}
