import { type Kysely, type Selectable, sql } from "kysely";
import { CHAIN_START, type ChainedEntry, type ChainPlace, hashOfEntry } from "../../protocol/audit-chain.ts";
import type { AuditRow, Tables } from "./tables.ts";

const MOST = 1000;

/** The last entry of the chain. */
export async function headOf(db: Kysely<Tables>): Promise<ChainPlace | undefined> {
  const { rows } = await sql<ChainPlace>`
    select seq, hash from audit where seq is not null order by seq desc limit 1
  `.execute(db);
  return rows[0];
}

/**
 * Appends entries to the chain that have no number yet, the oldest first; answers how many. For use in a transaction in which
 * nobody else does the same.
 */
export async function chainEntries(tx: Kysely<Tables>): Promise<number> {
  const rows = await tx.selectFrom("audit").selectAll().where("seq", "is", null).orderBy("id").limit(MOST).execute();
  if (rows.length > 0) await append(tx, rows);
  return rows.length;
}

/** Appends these entries to the chain, as `chainEntries` does. */
export async function append(tx: Kysely<Tables>, rows: readonly Selectable<AuditRow>[]): Promise<void> {
  let { seq, hash } = (await headOf(tx)) ?? CHAIN_START;
  const links = rows.map((row) => {
    const prev = hash;
    seq += 1;
    hash = hashOfEntry({ ...entryOf(row), seq, prev });
    return { id: row.id, seq, prev, hash };
  });
  const [only, ...more] = links;
  if (only && more.length === 0) await linkOne(tx, only);
  else await linkAll(tx, links);
}

interface Link extends ChainPlace {
  id: number;
  prev: string;
}

// Raw: kysely takes longer to write such an update down than SQLite to do it.
async function linkOne(tx: Kysely<Tables>, { id, seq, prev, hash }: Link): Promise<void> {
  await sql`update audit set seq = ${seq}, prev_hash = ${prev}, hash = ${hash} where id = ${id}`.execute(tx);
}

async function linkAll(tx: Kysely<Tables>, links: readonly Link[]): Promise<void> {
  const values = links.map(
    ({ id, seq, prev, hash }) => sql`(cast(${id} as bigint), cast(${seq} as bigint), ${prev}, ${hash})`,
  );
  await sql`with link (id, seq, prev, hash) as (values ${sql.join(values)})
    update audit set seq = link.seq, prev_hash = link.prev, hash = link.hash from link where audit.id = link.id`.execute(
    tx,
  );
}

/** A row as the chain has it. */
export function entryOf(row: Selectable<AuditRow>): ChainedEntry {
  const { id, at, actor, action, kind, name, detail } = row;
  const chained = { seq: row.seq ?? 0, prev: row.prev_hash ?? "", hash: row.hash ?? "" };
  const under = { build: row.build_id, lease: row.lease_id, attempt: row.attempt, step: row.step };
  return { ...chained, id, at, actor, action, kind, name, account: row.account_id, ...under, detail };
}
