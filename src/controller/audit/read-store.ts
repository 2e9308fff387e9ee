import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import Database from "libsql";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { ChainAnchor, ChainedEntry, Unchained } from "../../protocol/audit-chain.ts";
import { entryOf } from "../store/audit-chaining.ts";
import { AuditStore } from "../store/audit-store.ts";
import { StorePool } from "../store/postgres-client.ts";
import { storeAddress } from "../store/store-address.ts";
import type { Tables } from "../store/tables.ts";
import { readAnchor } from "./anchor.ts";

/** The audit of a store, read without a controller. */
export interface ReadAudit {
  entries(after: number, most: number): Promise<ChainedEntry[]>;
  unchained(): Promise<Unchained>;
  last(): Promise<number>;
  /** What the controller of the data folder has written down. */
  anchor: ChainAnchor | undefined;
  close(): Promise<void>;
}

/**
 * Opens the store of a data folder, or the PostgreSQL that is named, to read its audit. Nothing is written to it, and a
 * controller may run on it. Throws AUDIT_UNREADABLE.
 */
export async function readAuditOf(from: { data?: string; store?: string }): Promise<ReadAudit> {
  const folder = from.data === undefined ? undefined : resolve(from.data);
  const shown = from.store === undefined ? `${folder}` : storeAddress(from.store).shown;
  try {
    const db = from.store === undefined ? sqliteOf(join(`${folder}`, "millwright.db")) : postgresOf(from.store);
    const audit = new AuditStore(db);
    const last = async () => (await audit.head())?.seq ?? 0;
    await last().catch(async (error: unknown) => {
      await db.destroy();
      throw error;
    });
    return {
      entries: async (after, most) => (await audit.chain(after, most)).map(entryOf),
      unchained: () => audit.unchained(),
      last,
      anchor: folder === undefined ? undefined : readAnchor(folder),
      close: () => db.destroy(),
    };
  } catch (cause) {
    throw errorOf("AUDIT_UNREADABLE", { store: shown, reason: `${(cause as Error).message}.` }, { cause });
  }
}

function sqliteOf(file: string): Kysely<Tables> {
  if (!existsSync(file)) throw new Error("It holds no millwright.db");
  const database = new Database(file, { timeout: 5000 });
  database.exec("pragma query_only = on");
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}

function postgresOf(url: string): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new StorePool(storeAddress(url), () => {}) }) });
}
