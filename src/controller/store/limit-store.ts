import type { Kysely, Transaction } from "kysely";
import type { LimitedAccount } from "../queue/account-room.ts";
import { LIVE, WAITING } from "./queue-conditions.ts";
import type { Tables } from "./tables.ts";

type Reader = Kysely<Tables> | Transaction<Tables>;

/** The accounts that have a limit, or those of them that are named, with their live builds as the transaction sees them. */
export async function limitedAccounts(db: Reader, ofAccounts?: readonly string[]): Promise<LimitedAccount[]> {
  const limited = db.selectFrom("accounts").select("id").where("concurrency_limit", "is not", null).limit(1);
  if (!(await limited.executeTakeFirst())) return []; // as in most places: the live builds needn't be counted
  let query = db
    .selectFrom("accounts")
    .leftJoin(liveBuilds(db).as("live"), "live.account_id", "accounts.id")
    .select(["accounts.id", "accounts.concurrency_limit as limit", "live.n"])
    .where("accounts.concurrency_limit", "is not", null);
  if (ofAccounts) query = query.where("accounts.id", "in", ofAccounts);
  const rows = await query.execute();
  return rows.map(({ id, limit, n }) => ({ accountId: id, limit: Number(limit), live: Number(n ?? 0) }));
}

/**
 * The first waiting build that its account's limit holds back, by account: it and all behind it have no room behind the live
 * builds and the waiting ones that were asked for before. Reads no more of the queue than the limit. Of all accounts, or of
 * those that are named.
 */
export async function firstHeldBack(db: Reader, ofAccounts?: readonly string[]): Promise<Map<string, number>> {
  const first = new Map<string, number>();
  for (const { accountId, limit, live } of await limitedAccounts(db, ofAccounts)) {
    const row = await db
      .selectFrom("builds")
      .select("builds.id")
      .where(WAITING)
      .where("builds.account_id", "=", accountId)
      .orderBy("builds.id")
      .limit(1)
      .offset(Math.max(0, limit - live))
      .executeTakeFirst();
    if (row) first.set(accountId, row.id);
  }
  return first;
}

function liveBuilds(db: Reader) {
  return db
    .selectFrom("builds")
    .select((e) => ["builds.account_id", e.fn.countAll<number>().as("n")])
    .where(LIVE)
    .groupBy("builds.account_id");
}

/** The live builds of one account, the oldest first. */
export async function liveBuildsOf(db: Reader, accountId: string): Promise<number[]> {
  const rows = await db
    .selectFrom("builds")
    .select("builds.id")
    .where(LIVE)
    .where("builds.account_id", "=", accountId)
    .orderBy("builds.id")
    .execute();
  return rows.map(({ id }) => id);
}
