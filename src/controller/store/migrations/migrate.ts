import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import { addAccounts } from "./accounts.ts";
import { createAudit } from "./audit.ts";
import { createFirst } from "./first.ts";
import { addHolds } from "./holds.ts";
import { addJoining } from "./joining.ts";
import { addNotices } from "./notices.ts";
import { addPage } from "./page.ts";
import { addPushes } from "./pushes.ts";
import { addQueueRules } from "./queue-rules.ts";

type Step = (db: Kysely<Tables>) => Promise<unknown>;

/** The schema, as numbered steps that are never changed once released. */
const MIGRATIONS: readonly Step[] = [
  createFirst,
  createAudit,
  addAccounts,
  addQueueRules,
  addPushes,
  addNotices,
  addHolds,
  addPage,
  addJoining,
];

/** Brings the store to the newest schema in one transaction. Throws when it was written by a newer release. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`create table if not exists schema_version (version integer not null)`.execute(tx);
    const rows = await sql<{ version: number }>`select version from schema_version`.execute(tx);
    const version = rows.rows[0]?.version ?? 0;
    if (version > MIGRATIONS.length) {
      throw new Error(`the store has schema ${version}, this release knows ${MIGRATIONS.length}: use a newer release`);
    }
    for (const step of MIGRATIONS.slice(version)) await step(tx);
    await sql`delete from schema_version`.execute(tx);
    await sql`insert into schema_version (version) values (${MIGRATIONS.length})`.execute(tx);
  });
}
