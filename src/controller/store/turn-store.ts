import type { Selectable, Transaction } from "kysely";
import { nextTurn } from "../queue/turns.ts";
import { WAITING } from "./queue-conditions.ts";
import type { BuildRow, Tables } from "./tables.ts";

/** In the place of an account: the turn that was last begun on a platform. */
const BEGUN = "";

/** Gives the account its next turn on the platform, in the transaction that adds its build. */
export async function takeTurn(tx: Transaction<Tables>, platform: string, accountId: string): Promise<number> {
  const turn = nextTurn(await lastOf(tx, platform, accountId), await lastOf(tx, platform, BEGUN));
  await setLast(tx, platform, accountId, turn);
  return turn;
}

/** The turns that were last begun, by platform; none of platforms that never built. */
export async function begunTurns(
  tx: Transaction<Tables>,
  platforms: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom("turns")
    .select(["platform", "last"])
    .where("account_id", "=", BEGUN)
    .where("platform", "in", platforms)
    .execute();
  return new Map(rows.map(({ platform, last }) => [platform, last]));
}

/** A build was given out: its turn has begun, unless a later one has already. */
export async function beginTurn(tx: Transaction<Tables>, platform: string, turn: number): Promise<void> {
  if (turn > (await lastOf(tx, platform, BEGUN))) await setLast(tx, platform, BEGUN, turn);
}

/** A build left the queue without having been given out: its account isn't to wait for turns that it didn't use. */
export async function handTurnBack(tx: Transaction<Tables>, build: Selectable<BuildRow>): Promise<void> {
  const { platform, account_id: accountId } = build;
  const waiting = await tx
    .selectFrom("builds")
    .select((e) => e.fn.max("turn").as("turn"))
    .where(WAITING)
    .where("account_id", "=", accountId)
    .where("platform", "=", platform)
    .executeTakeFirst();
  const used = Math.max(Number(waiting?.turn ?? 0), await lastOf(tx, platform, BEGUN));
  if (used < (await lastOf(tx, platform, accountId))) await setLast(tx, platform, accountId, used);
}

async function lastOf(tx: Transaction<Tables>, platform: string, accountId: string): Promise<number> {
  const row = await tx
    .selectFrom("turns")
    .select("last")
    .where("platform", "=", platform)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.last ?? 0;
}

async function setLast(tx: Transaction<Tables>, platform: string, accountId: string, last: number): Promise<void> {
  await tx
    .insertInto("turns")
    .values({ platform, account_id: accountId, last })
    .onConflict((conflict) => conflict.columns(["platform", "account_id"]).doUpdateSet({ last }))
    .execute();
}
