import { type Kysely, sql } from "kysely";
import { isPostgres } from "../dialect.ts";
import type { Tables } from "../tables.ts";
import { addAccounts } from "./accounts.ts";
import { createAudit } from "./audit.ts";
import { addAuditChain } from "./audit-chain.ts";
import { addBucketUploads } from "./bucket-uploads.ts";
import { createFirst } from "./first.ts";
import { addFleet } from "./fleet.ts";
import { addHolds } from "./holds.ts";
import { addJoining } from "./joining.ts";
import { addKeyRotation } from "./key-rotation.ts";
import { addMaintenance } from "./maintenance.ts";
import { addNotices } from "./notices.ts";
import { addPage } from "./page.ts";
import { PostgresDdl } from "./postgres-ddl.ts";
import { addPushes } from "./pushes.ts";
import { addQueueRules } from "./queue-rules.ts";
import { addReplicas } from "./replicas.ts";
import { addTraces } from "./traces.ts";
import { addTrust } from "./trust.ts";
import { addTrustedBranches } from "./trusted-branches.ts";

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
  addReplicas,
  addBucketUploads,
  addTraces,
  addKeyRotation,
  addMaintenance,
  addFleet,
  addTrust,
  addAuditChain,
  addTrustedBranches,
];

/** Of the advisory lock that lets one of several controllers bring their store to the newest schema. */
const LOCK = 0x6d69_6c6c_7701;

/** Brings the store to the newest schema in one transaction, one controller at a time. Throws when a newer release wrote it. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!isPostgres(db)) return migrateIn(tx);
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`set local lock_timeout = 0`.execute(tx);
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    return migrateIn(tx.withPlugin(new PostgresDdl()));
  });
}

async function migrateIn(tx: Kysely<Tables>): Promise<void> {
  await sql`create table if not exists schema_version (version integer not null)`.execute(tx);
  const rows = await sql<{ version: number }>`select version from schema_version`.execute(tx);
  const version = rows.rows[0]?.version ?? 0;
  if (version > MIGRATIONS.length) {
    throw new Error(`the store has schema ${version}, this release knows ${MIGRATIONS.length}: use a newer release`);
  }
  if (version === MIGRATIONS.length) return;
  for (const step of MIGRATIONS.slice(version)) await step(tx);
  await sql`delete from schema_version`.execute(tx);
  await sql`insert into schema_version (version) values (${MIGRATIONS.length})`.execute(tx);
}
