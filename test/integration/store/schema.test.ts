import { type Kysely, sql } from "kysely";
import { expect, onTestFinished } from "vitest";
import { openPostgres } from "../../../src/controller/store/postgres.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import type { Tables } from "../../../src/controller/store/tables.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";

const postgres = usePostgres();

type Rows = Record<string, unknown>[];

async function rows(db: Kysely<Tables>, text: string): Promise<Rows> {
  return (await sql.raw<Record<string, unknown>>(text).execute(db)).rows;
}

const COLUMNS_OF_SQLITE = `select m.name as tab, c.name as col, c.type as type, c."notnull" or c.pk > 0 as filled, c.pk as key
  from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%' order by 1, 2`;
const COLUMNS_OF_POSTGRES = `select t.relname as tab, c.attname as col, format_type(c.atttypid, null) as type,
    c.attnotnull::int as filled, coalesce(array_position(k.conkey, c.attnum), 0) as key
  from pg_attribute c join pg_class t on t.oid = c.attrelid and t.relkind = 'r'
  join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
  left join pg_constraint k on k.conrelid = t.oid and k.contype = 'p'
  where c.attnum > 0 and not c.attisdropped order by t.relname collate "C", c.attname collate "C"`;

const INDEXES_OF_SQLITE = `select m.name as tab, l."unique" as one, l.partial, group_concat(coalesce(c.name, '()')) as cols
  from sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) c
  where m.type = 'table' and l.origin <> 'pk' group by m.name, l.name, l."unique", l.partial`;
const INDEXES_OF_POSTGRES = `select t.relname as tab, i.indisunique::int as one, (i.indpred is not null)::int as partial,
    (select string_agg(coalesce(a.attname, '()'), ',' order by k.at) from unnest(i.indkey) with ordinality as k (num, at)
      left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num and k.num > 0) as cols
  from pg_index i join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public' where not i.indisprimary`;

const REFERENCES_OF_SQLITE = `select m.name as tab, f."from" as col, f."table" as other, f.on_delete as gone
  from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'`;
const REFERENCES_OF_POSTGRES = `select t.relname as tab, a.attname as col, o.relname as other,
    case k.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'NO ACTION' end as gone
  from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class o on o.oid = k.confrelid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1] where k.contype = 'f'`;

const TYPES: Record<string, string> = { INTEGER: "bigint", TEXT: "text", BLOB: "bytea" };

/** In an order of its own: databases sort names in their ways. */
function sorted(all: Rows): string[] {
  return all.map((row) => JSON.stringify(row)).sort();
}

postgresTest("Both stores have the same tables, columns, keys, indexes and references", async () => {
  const sqlite = await openSqlite(temporaryFolder());
  onTestFinished(() => sqlite.destroy());
  const other = await openPostgres(await postgres.database());
  onTestFinished(() => other.destroy());
  const columns = (await rows(sqlite, COLUMNS_OF_SQLITE)).map((row) => ({
    ...row,
    type: TYPES[String(row["type"]).toUpperCase()],
  }));
  expect(columns.length).toBeGreaterThan(100);
  expect(sorted(await rows(other, COLUMNS_OF_POSTGRES))).toEqual(sorted(columns));
  expect(sorted(await rows(other, INDEXES_OF_POSTGRES))).toEqual(sorted(await rows(sqlite, INDEXES_OF_SQLITE)));
  expect(sorted(await rows(other, REFERENCES_OF_POSTGRES))).toEqual(sorted(await rows(sqlite, REFERENCES_OF_SQLITE)));
});

postgresTest("Controllers that start in the same moment make the schema once", async () => {
  const url = await postgres.database();
  const all = await Promise.all(Array.from({ length: 5 }, () => openPostgres(url)));
  for (const db of all) await db.destroy();
  expect(await postgres.query(url, "select count(*)::int as n from schema_version")).toEqual([{ n: 1 }]);
  expect(await postgres.query(url, "select id from accounts")).toEqual([{ id: "default" }]);
});

postgresTest(
  "A store of a newer release, of another encoding, or that isn't there is refused, without the password",
  async () => {
    const url = await postgres.database();
    await (await openPostgres(url)).destroy();
    await postgres.query(url, "update schema_version set version = 999");
    const newer = { failure: { code: "STORE_UNUSABLE", why: expect.stringContaining("use a newer release") } };
    await expect(openPostgres(url)).rejects.toMatchObject(newer);
    const nowhere = "postgres://keeper:hidden-word@127.0.0.1:1/builds";
    const refused = await openPostgres(nowhere).catch((error: unknown) => error);
    expect(refused).toMatchObject({ failure: { code: "STORE_UNREACHABLE" } });
    const failure = JSON.stringify((refused as { failure: unknown }).failure);
    expect(failure).toContain("127.0.0.1:1/builds");
    expect(failure + String(refused)).not.toContain("hidden-word");
    await expect(openPostgres("mysql://x")).rejects.toMatchObject({ failure: { code: "STORE_UNREACHABLE" } });
  },
);
