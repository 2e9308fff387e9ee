import { type Kysely, sql, type Transaction } from "kysely";
import PQueue from "p-queue";
import { isPostgres } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

type Work<T> = (tx: Transaction<Tables>) => Promise<T>;

/**
 * Lets what reads and changes the whole queue happen one after the other, also between controllers: side by side most of it
 * would be broken off and done again. One of a controller waits for the others, so that they hold no connections meanwhile.
 */
export class QueueOrder {
  private readonly db: Kysely<Tables>;
  private readonly line = new PQueue({ concurrency: 1 });

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** `inTransaction`, after whoever came before. */
  inTurn<T>(work: Work<T>): Promise<T>;
  /** The same for what is perhaps not worth doing any more when its turn comes: undefined then. */
  inTurn<T>(work: Work<T>, isWorthIt: () => Promise<boolean>): Promise<T | undefined>;
  inTurn<T>(work: Work<T>, isWorthIt?: () => Promise<boolean>): Promise<T | undefined> {
    if (!isPostgres(this.db)) return inTransaction(this.db, work);
    return this.line.add(async () => {
      if (isWorthIt && !(await isWorthIt())) return undefined;
      return inTransaction(this.db, async (tx) => {
        // Unlike an advisory lock it is got before the transaction's view of the store is fixed. Nobody else locks this table so.
        await sql`lock table schema_version in share update exclusive mode`.execute(tx);
        return work(tx);
      });
    });
  }
}
