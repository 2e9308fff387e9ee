import { Kysely, PostgresDialect, sql } from "kysely";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { migrate } from "./migrations/migrate.ts";
import { StorePool } from "./postgres-client.ts";
import { type StoreAddress, storeAddress } from "./store-address.ts";
import type { Tables } from "./tables.ts";

const OLDEST = 130_000;

/**
 * Opens a store on PostgreSQL and brings it to the newest schema, while others that start wait. `lost` is told of connections
 * that broke. Throws STORE_UNREACHABLE, STORE_UNUSABLE.
 */
export async function openPostgres(url: string, lost: (error: Error) => void = () => {}): Promise<Kysely<Tables>> {
  const address = storeAddress(url);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new StorePool(address, lost) }) });
  try {
    await refuseUnfit(db, address);
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof MillwrightError ? error : unusable(address, (error as Error).message, error);
  }
}

async function refuseUnfit(db: Kysely<Tables>, address: StoreAddress): Promise<void> {
  const { rows } = await sql<{ version: number; release: string; encoding: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
      current_setting('server_encoding') as encoding
  `.execute(db);
  const { version = 0, release = "", encoding = "" } = rows[0] ?? {};
  if (version < OLDEST) throw unusable(address, `It is PostgreSQL ${release}, and 13 or newer is needed`);
  if (encoding !== "UTF8") throw unusable(address, `Its encoding is ${encoding}, not UTF8`);
}

function unusable({ shown }: StoreAddress, reason: string, cause?: unknown): MillwrightError {
  return errorOf("STORE_UNUSABLE", { store: shown, reason: `${reason}.` }, { cause });
}
