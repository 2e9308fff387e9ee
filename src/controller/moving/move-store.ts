import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Kysely, sql, type Transaction } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { takePidLock } from "../../base/processes/pid-lock.ts";
import { systemClock } from "../../base/time/clock.ts";
import { record } from "../store/audit-store.ts";
import { openPostgres } from "../store/postgres.ts";
import { openSqlite } from "../store/sqlite.ts";
import { storeAddress } from "../store/store-address.ts";
import type { Tables } from "../store/tables.ts";
import { type CopiedTable, pagesOf, tablesOf } from "./copied-tables.ts";
import { Digesting, type TableDigest } from "./table-digest.ts";

/** What was moved, by table. */
export interface MovedTable extends TableDigest {
  table: string;
}

type Told = (moved: MovedTable) => void;

/** A piece of a log may have 8 MiB: few at a time. */
const PAGE = 200;
const PAGE_OF_LARGE = 8;
const LARGE = new Set(["log_chunks"]);
/** What a new store has of itself. */
const FIRST_ACCOUNT = "default";

/**
 * Copies a SQLite store to an empty PostgreSQL, in one transaction: all of it or nothing is there at the end. Each table is read
 * back and compared. The source stays as it is, but for a schema that is brought up to date. `told` hears of each table. Throws
 * STORE_SOURCE_UNUSABLE, DATA_FOLDER_TAKEN, STORE_UNREACHABLE, STORE_UNUSABLE, STORE_NOT_EMPTY, STORE_COPY_DIFFERS.
 */
export async function moveStore(dataFolder: string, url: string, told: Told = () => {}): Promise<MovedTable[]> {
  const folder = resolve(dataFolder);
  if (!existsSync(join(folder, "millwright.db"))) {
    throw errorOf("STORE_SOURCE_UNUSABLE", { folder, reason: "It holds no millwright.db." });
  }
  const lock = takePidLock(join(folder, "lock"));
  if ("heldBy" in lock) throw errorOf("DATA_FOLDER_TAKEN", { folder, pid: lock.heldBy });
  try {
    const from = await openSqlite(folder).catch((cause: unknown) => {
      throw errorOf("STORE_SOURCE_UNUSABLE", { folder, reason: `${(cause as Error).message}.` }, { cause });
    });
    try {
      return await moveTo(from, url, told);
    } finally {
      await from.destroy();
    }
  } finally {
    lock.release();
  }
}

async function moveTo(from: Kysely<Tables>, url: string, told: Told): Promise<MovedTable[]> {
  const tables = await tablesOf(from);
  const to = await openPostgres(url);
  try {
    return await to.transaction().execute(async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx);
      await empty(tx, tables, storeAddress(url).shown);
      const moved: MovedTable[] = [];
      for (const table of tables) {
        const one = { table: table.name, ...(await copyTable(from, tx, table)) };
        moved.push(one);
        told(one);
      }
      if (moved.some(({ table, rows }) => table === "audit" && rows > 0)) await recordMove(tx, url);
      return moved;
    });
  } finally {
    await to.destroy();
  }
}

/** The entry follows those that were moved, and is chained by the first controller on the new store. */
async function recordMove(tx: Transaction<Tables>, url: string): Promise<void> {
  const happening = { actor: "controller", action: "written", kind: "store", name: storeAddress(url).shown } as const;
  await record(tx, { ...happening, at: systemClock.now(), detail: "moved here from SQLite, with all that it held" });
}

/** Keeps everybody else out of the tables until the end, and takes out what each new store has. Throws STORE_NOT_EMPTY. */
async function empty(tx: Transaction<Tables>, tables: readonly CopiedTable[], store: string): Promise<void> {
  const all = sql.join(tables.map(({ name }) => sql.table(name)));
  await sql`lock table ${all} in access exclusive mode`.execute(tx);
  await sql`delete from accounts where id = ${FIRST_ACCOUNT} and not exists (select 1 from users)
    and not exists (select 1 from apps) and not exists (select 1 from accounts where id <> ${FIRST_ACCOUNT})`.execute(
    tx,
  );
  for (const { name } of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(tx);
    const n = Number(rows[0]?.n);
    if (n > 0) throw errorOf("STORE_NOT_EMPTY", { store, table: name, rows: n });
  }
}

/** Answers what was read, once the same was found to be there. Throws STORE_COPY_DIFFERS. */
async function copyTable(from: Kysely<Tables>, tx: Transaction<Tables>, table: CopiedTable): Promise<TableDigest> {
  const page = LARGE.has(table.name) ? PAGE_OF_LARGE : PAGE;
  const read = new Digesting(table);
  for await (const rows of pagesOf(from, table, page)) {
    for (const row of rows) read.add(row);
    const columns = sql.join(table.columns.map((name) => sql.ref(name)));
    const values = rows.map((row) => sql`(${sql.join(table.columns.map((name) => stored(row[name])))})`);
    await sql`insert into ${sql.table(table.name)} (${columns}) values ${sql.join(values)}`.execute(tx);
  }
  const arrived = new Digesting(table);
  for await (const rows of pagesOf(tx, table, page)) for (const row of rows) arrived.add(row);
  const [source, target] = [read.end(), arrived.end()];
  if (source.rows !== target.rows || source.sha256 !== target.sha256) {
    const reason = `${source.rows} rows with SHA-256 ${source.sha256} were read, ${target.rows} with ${target.sha256} are there.`;
    throw errorOf("STORE_COPY_DIFFERS", { table: table.name, reason });
  }
  if (table.counts) await countOn(from, tx, table.name);
  return source;
}

/** What libsql answers for a blob may be an ArrayBuffer. */
function stored(value: unknown): unknown {
  return value instanceof ArrayBuffer ? Buffer.from(value) : value;
}

/** The next number is the one that SQLite would have given: numbers of rows that are gone aren't given again. */
async function countOn(from: Kysely<Tables>, tx: Transaction<Tables>, table: string): Promise<void> {
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(from);
  const last = Number(rows[0]?.seq ?? 0);
  if (last > 0) await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last})`.execute(tx);
}
