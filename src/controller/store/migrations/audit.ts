import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

/** Who changed and used what holds secrets. */
export async function createAudit(db: Kysely<Tables>): Promise<void> {
  const columns = `id integer primary key autoincrement, at integer not null, actor text not null, action text not null,
    kind text not null, name text not null, build_id integer, lease_id text, detail text not null`;
  await sql.raw(`create table audit (${columns})`).execute(db);
  await sql`create index audit_by_name on audit (kind, name, id)`.execute(db);
  await sql`create index audit_by_build on audit (build_id, id) where build_id is not null`.execute(db);
}
