import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";

/** A table that is copied: its columns, and those of them that it is sorted by and found by. */
export interface CopiedTable {
  name: string;
  columns: string[];
  key: string[];
  /** Its `id` counts on by itself. */
  counts: boolean;
}

type Row = Record<string, unknown>;

/** All tables of a SQLite store but the version of its schema, each behind those that it refers to. */
export async function tablesOf(sqlite: Kysely<Tables>): Promise<CopiedTable[]> {
  const { rows } = await sql<{ name: string; ddl: string }>`
    select name, sql as ddl from sqlite_master
    where type = 'table' and name not like 'sqlite_%' and name <> 'schema_version' order by name
  `.execute(sqlite);
  const tables = new Map<string, CopiedTable>();
  const refersTo = new Map<string, string[]>();
  for (const { name, ddl } of rows) {
    const { rows: info } = await sql<{ name: string; pk: number }>`
      select name, pk from pragma_table_info(${name}) order by cid
    `.execute(sqlite);
    const key = info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    const columns = info.map((column) => column.name);
    tables.set(name, { name, columns, key: key.map((column) => column.name), counts: /autoincrement/i.test(ddl) });
    const { rows: others } = await sql<{ other: string }>`
      select "table" as other from pragma_foreign_key_list(${name})
    `.execute(sqlite);
    refersTo.set(
      name,
      others.map(({ other }) => other).filter((other) => other !== name),
    );
  }
  return inOrder(tables, refersTo);
}

function inOrder(
  tables: ReadonlyMap<string, CopiedTable>,
  refersTo: ReadonlyMap<string, readonly string[]>,
): CopiedTable[] {
  const done = new Set<string>();
  const visit = (name: string) => {
    if (done.has(name)) return;
    for (const other of refersTo.get(name) ?? []) visit(other);
    done.add(name);
  };
  for (const name of tables.keys()) visit(name);
  return [...done].flatMap((name) => tables.get(name) ?? []);
}

/** The rows of a table in the order of its key, at most `most` at a time. */
export async function* pagesOf(db: Kysely<Tables>, table: CopiedTable, most: number): AsyncGenerator<Row[]> {
  const columns = sql.join(table.columns.map((name) => sql.ref(name)));
  const key = sql.join(table.key.map((name) => sql.ref(name)));
  for (let last: Row | undefined; ; ) {
    const values: unknown[] = last ? table.key.map((name) => last?.[name]) : [];
    const behind = last ? sql`where (${key}) > (${sql.join(values)})` : sql``;
    const { rows } = await sql<Row>`
      select ${columns} from ${sql.table(table.name)} ${behind} order by ${key} limit ${most}
    `.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < most) return;
    last = rows.at(-1);
  }
}
