import { join } from "node:path";
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import { migrate } from "./migrations/migrate.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { SqliteHandle } from "./sqlite-handle.ts";
import type { Tables } from "./tables.ts";

const BUSY_MS = 5000;

/** Opens (or makes) the embedded store: durable at every commit (WAL with synchronous=FULL, kept over a power cut). */
export async function openSqlite(dataFolder: string): Promise<Kysely<Tables>> {
  const file = join(dataFolder, "millwright.db");
  const [writer, reader] = [new SqliteHandle(file, BUSY_MS), new SqliteHandle(file, BUSY_MS)];
  const db = new Kysely<Tables>({
    dialect: {
      createDriver: () => new SqliteDriver(writer, reader),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (of) => new SqliteIntrospector(of),
    },
  });
  await sql`pragma journal_mode = wal`.execute(db);
  await sql`pragma synchronous = full`.execute(db);
  await sql`pragma foreign_keys = off`.execute(db); // tables are replaced in migrations
  await migrate(db);
  await sql`pragma foreign_keys = on`.execute(db);
  return db;
}
