import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import { isPostgres } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** A sealed value with its place: the kind of its row and the row's name, or its id where it has no name. */
export interface SealedValue {
  kind: string;
  name: string;
  /** Where names are unique only in an account. */
  account?: string;
  /** The key that it is sealed with, hexadecimal. */
  keyId: string;
}

/** Columns that hold sealed values of rows that are found by their id; `settings` is the table whose rows are not. */
const BY_ID: Record<string, { table: "apps" | "webhooks"; column: string }> = {
  app: { table: "apps", column: "git_password" },
  "push secret": { table: "apps", column: "push_secret" },
  webhook: { table: "webhooks", column: "secret" },
};

/** Everything in the store that is sealed, wherever it lies: for changing keys. */
export class SealedStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  list(): Promise<SealedValue[]> {
    return listIn(this.db);
  }

  /**
   * Replaces the values that `again` answers a new sealing for, all in one transaction together with the audit entry; answers
   * how many were replaced, and those that `again` left as they are. Nothing changes when `again` throws.
   */
  replace(
    wanted: (value: SealedValue) => boolean,
    again: (value: SealedValue, sealed: Uint8Array) => Uint8Array | undefined,
    told: (count: number) => Happening,
  ): Promise<{ count: number; left: SealedValue[] }> {
    return inTransaction(this.db, async (tx) => {
      let count = 0;
      const left: SealedValue[] = [];
      for (const value of (await listIn(tx)).filter(wanted)) {
        const sealed = again(value, await read(tx, value));
        if (sealed === undefined) {
          left.push(value);
          continue;
        }
        await write(tx, value, sealed);
        count += 1;
      }
      await record(tx, told(count));
      return { count, left };
    });
  }
}

async function listIn(db: Kysely<Tables>): Promise<SealedValue[]> {
  const keyOf = (column: string) =>
    isPostgres(db)
      ? sql<string>`encode(substring(${sql.ref(column)} from 1 for 8), 'hex')`
      : sql<string>`lower(hex(substr(${sql.ref(column)}, 1, 8)))`;
  const values = await db
    .selectFrom("settings")
    .select(["kind", "name", "account_id as account", keyOf("sealed").as("keyId")])
    .where("sealed", "is not", null)
    .execute();
  const all: SealedValue[] = values;
  for (const [kind, { table, column }] of Object.entries(BY_ID)) {
    const found = await sql<{ name: string; keyId: string }>`
      select id as name, ${keyOf(column)} as "keyId" from ${sql.table(table)} where ${sql.ref(column)} is not null
    `.execute(db);
    all.push(...found.rows.map((row) => ({ kind, ...row })));
  }
  return all;
}

/** Where a value lies: its table and column, and the condition that finds its row. */
function placeOf({ kind, name, account }: SealedValue): { table: string; column: string; row: RawBuilder<unknown> } {
  const byId = BY_ID[kind];
  if (byId) return { ...byId, row: sql`id = ${name}` };
  const row = sql`account_id = ${account} and kind = ${kind} and name = ${name}`;
  return { table: "settings", column: "sealed", row };
}

async function read(tx: Transaction<Tables>, value: SealedValue): Promise<Uint8Array> {
  const { table, column, row } = placeOf(value);
  const found = await sql<{ sealed: Uint8Array }>`
    select ${sql.ref(column)} as sealed from ${sql.table(table)} where ${row}
  `.execute(tx);
  if (!found.rows[0]) throw new Error(`there is no ${value.kind} ${value.name} any more`);
  return found.rows[0].sealed;
}

async function write(tx: Transaction<Tables>, value: SealedValue, sealed: Uint8Array): Promise<void> {
  const { table, column, row } = placeOf(value);
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sealed} where ${row}`.execute(tx);
}
