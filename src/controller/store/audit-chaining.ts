import { type Kysely, type Selectable, sql } from "kysely";
import { CHAIN_START, type ChainedEntry, type ChainPlace, hashOfEntry } from "../../protocol/audit-chain.ts";
import { isPostgres } from "./dialect.ts";
import type { AuditRow, Tables } from "./tables.ts";

const MOST = 1000;

/** The last entry of the chain. */
export async function headOf(db: Kysely<Tables>): Promise<ChainPlace | undefined> {
  const chained = db.selectFrom("audit").select(["seq", "hash"]).where("seq", "is not", null);
  const last = await chained.orderBy("seq", "desc").limit(1).executeTakeFirst();
  return last && { seq: last.seq as number, hash: last.hash as string };
}

/**
 * Appends entries to the chain that have no number yet, the oldest first; answers how many. For use in a transaction in which
 * nobody else does the same.
 */
export async function chainEntries(tx: Kysely<Tables>): Promise<number> {
  const rows = await tx.selectFrom("audit").selectAll().where("seq", "is", null).orderBy("id").limit(MOST).execute();
  if (rows.length === 0) return 0;
  let { seq, hash } = (await headOf(tx)) ?? CHAIN_START;
  const links = rows.map((row) => {
    const prev = hash;
    seq += 1;
    hash = hashOfEntry({ ...entryOf(row), seq, prev });
    return { id: row.id, seq, prev, hash };
  });
  await (isPostgres(tx) ? linkAtOnce(tx, links) : linkEach(tx, links));
  return links.length;
}

interface Link extends ChainPlace {
  id: number;
  prev: string;
}

async function linkEach(tx: Kysely<Tables>, links: readonly Link[]): Promise<void> {
  for (const { id, seq, prev, hash } of links) {
    await tx.updateTable("audit").set({ seq, prev_hash: prev, hash }).where("id", "=", id).execute();
  }
}

async function linkAtOnce(tx: Kysely<Tables>, links: readonly Link[]): Promise<void> {
  const values = links.map(({ id, seq, prev, hash }) => sql`(${id}::bigint, ${seq}::bigint, ${prev}, ${hash})`);
  await sql`update audit set seq = link.seq, prev_hash = link.prev, hash = link.hash
    from (values ${sql.join(values)}) as link (id, seq, prev, hash) where audit.id = link.id`.execute(tx);
}

/** A row as the chain has it. */
export function entryOf(row: Selectable<AuditRow>): ChainedEntry {
  const { id, at, actor, action, kind, name, detail } = row;
  const chained = { seq: row.seq ?? 0, prev: row.prev_hash ?? "", hash: row.hash ?? "" };
  const under = { build: row.build_id, lease: row.lease_id, attempt: row.attempt, step: row.step };
  return { ...chained, id, at, actor, action, kind, name, account: row.account_id, ...under, detail };
}
