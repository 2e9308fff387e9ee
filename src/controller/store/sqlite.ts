import { join } from "node:path";
import { Kysely, sql } from "kysely";
import Database from "libsql";
import { migrate } from "./migrations/migrate.ts";
import { PreparedStatements } from "./prepared-statements.ts";
import { SqliteInTurn } from "./sqlite-in-turn.ts";
import type { Tables } from "./tables.ts";

/** Opens (or makes) the embedded store: durable at every commit (WAL with synchronous=FULL, kept over a power cut). */
export async function openSqlite(dataFolder: string): Promise<Kysely<Tables>> {
  const database = new Database(join(dataFolder, "millwright.db"), { timeout: 5000 });
  const db = new Kysely<Tables>({ dialect: new SqliteInTurn({ database: new PreparedStatements(database) }) });
  await sql`pragma journal_mode = wal`.execute(db);
  await sql`pragma synchronous = full`.execute(db);
  await sql`pragma foreign_keys = off`.execute(db); // tables are replaced in migrations
  await migrate(db);
  await sql`pragma foreign_keys = on`.execute(db);
  return db;
}
