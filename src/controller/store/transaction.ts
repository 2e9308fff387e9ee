import { type Kysely, sql, type Transaction } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import { isPostgres } from "./dialect.ts";
import type { Tables } from "./tables.ts";

type Work<T> = (tx: Transaction<Tables>) => Promise<T>;

/** serialization_failure, deadlock_detected */
const CONFLICTS = new Set(["40001", "40P01"]);
/** lock_not_available and query_canceled: what others did took longer than the time-outs of store-address.ts. */
const TOO_LONG = new Set(["55P03", "57014"]);
/** unique_violation: what two transactions added in the same moment is found by the one that is done again. */
const TAKEN = "23505";
const MOST_TRIES = 20;
const MOST_TRIES_TAKEN = 3;
const FIRST_WAIT_MS = 4;
const MOST_WAIT_MS = 250;

/**
 * Does the work as if nobody else wrote meanwhile. SQLite has one writer; PostgreSQL breaks off what others got in the way
 * of, and it is done again: so `work` must have no effect but on the store. Throws what `work` throws, and STORE_BUSY.
 */
export async function inTransaction<T>(db: Kysely<Tables>, work: Work<T>): Promise<T> {
  if (!isPostgres(db)) return db.transaction().execute(work);
  const backoff = new Backoff(FIRST_WAIT_MS, MOST_WAIT_MS);
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().setIsolationLevel("serializable").execute(work);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      if (TOO_LONG.has(code)) throw errorOf("STORE_BUSY", { tries }, { cause: error });
      if (!CONFLICTS.has(code) && !(code === TAKEN && tries < MOST_TRIES_TAKEN)) throw error;
      if (tries >= MOST_TRIES) throw errorOf("STORE_BUSY", { tries }, { cause: error });
      await wait(backoff.next());
    }
  }
}

/**
 * Does what can't be done twice (it removes the file of a content) while nobody can begin to refer to that content. Reads in
 * it see what was written before the lock was got; it must write nothing.
 */
export function whileNobodyRefers<T>(db: Kysely<Tables>, sha256: string, work: Work<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    if (isPostgres(db)) await sql`select pg_advisory_xact_lock(hashtextextended(${sha256}, 0))`.execute(tx);
    return work(tx);
  });
}

/** Before a transaction refers to a content: waits for who is removing it. */
export async function aboutToRefer(tx: Transaction<Tables>, sha256: string): Promise<void> {
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock_shared(hashtextextended(${sha256}, 0))`.execute(tx);
}

/** Does the work while no other controller does what has the same name. Other work goes on. */
export async function exclusively<T>(db: Kysely<Tables>, name: string, work: () => Promise<T>): Promise<T> {
  if (!isPostgres(db)) return work();
  return db.connection().execute(async (one) => {
    await sql`select pg_advisory_lock(hashtextextended(${name}, 1))`.execute(one);
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${name}, 1))`.execute(one);
    }
  });
}
