import type { Kysely, Selectable, Transaction } from "kysely";
import type { DeliveryRow, WebhookRow } from "./push-tables.ts";
import type { BuildRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** A delivery that is being made, with where it goes. */
export type Claimed = Selectable<DeliveryRow> & Pick<WebhookRow, "account_id" | "app_id" | "url" | "secret">;

/** How an attempt ended. `again` is when the next one is due; without it the delivery has ended. */
export interface Attempted {
  delivered: boolean;
  response: number | null;
  error: string;
  again?: number;
}

export interface DeliveryFilter {
  webhook: string;
  state?: "waiting" | "delivered" | "failed";
  /** Only deliveries with a smaller id. */
  before?: number;
  limit: number;
}

/**
 * Writes down who must be told that a build has ended; for use in the transaction in which it ends, so that nobody is
 * forgotten whatever happens next.
 */
export async function oweDeliveries(
  tx: Transaction<Tables>,
  build: Pick<Selectable<BuildRow>, "id" | "account_id" | "app_id">,
  now: number,
): Promise<void> {
  const webhooks = await tx
    .selectFrom("webhooks")
    .select("id")
    .where("account_id", "=", build.account_id)
    .where("enabled", "=", 1)
    .where((e) => e.or([e("app_id", "is", null), e("app_id", "=", build.app_id)]))
    .execute();
  if (webhooks.length === 0) return;
  const rows = webhooks.map(({ id }) => newDelivery(id, "build.finished", build.id, now));
  await tx.insertInto("deliveries").values(rows).execute();
}

function newDelivery(webhookId: string, event: string, buildId: number | null, now: number) {
  const begun = {
    attempts: 0,
    next_at: now,
    response: null,
    error: "",
    created_at: now,
    tried_at: null,
    ended_at: null,
  };
  return { webhook_id: webhookId, build_id: buildId, event, state: "waiting", ...begun };
}

/** The log of deliveries, which is also the list of those that are due. */
export class DeliveryStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** One more delivery: a test, or the same again under a number of its own. */
  async add(webhookId: string, event: string, buildId: number | null, now: number): Promise<number> {
    const row = newDelivery(webhookId, event, buildId, now);
    return (await this.db.insertInto("deliveries").values(row).returning("id").executeTakeFirstOrThrow()).id;
  }

  find(id: number): Promise<Selectable<DeliveryRow> | undefined> {
    return this.db.selectFrom("deliveries").selectAll().where("id", "=", id).executeTakeFirst();
  }

  /** Newest first. */
  list({ webhook, state, before, limit }: DeliveryFilter): Promise<Selectable<DeliveryRow>[]> {
    let query = this.db.selectFrom("deliveries").selectAll().where("webhook_id", "=", webhook);
    if (state !== undefined) query = query.where("state", "=", state);
    if (before !== undefined) query = query.where("id", "<", before);
    return query.orderBy("id", "desc").limit(limit).execute();
  }

  /**
   * Takes deliveries that are due, the oldest first, none of the accounts named. Each is this caller's until `until`; who
   * crashes meanwhile leaves it to the next one.
   */
  claim(now: number, until: number, limit: number, but: readonly string[]): Promise<Claimed[]> {
    return inTransaction(this.db, async (tx) => {
      const due = await this.due(tx, but).where("next_at", "<=", now).orderBy("next_at").limit(limit).execute();
      const mine: Claimed[] = [];
      for (const row of due) {
        const take = tx.updateTable("deliveries").set({ next_at: until }).where("id", "=", row.id);
        const { numUpdatedRows } = await take.where("next_at", "=", row.next_at).executeTakeFirst();
        if (Number(numUpdatedRows) === 1) mine.push({ ...row, next_at: until });
      }
      return mine;
    });
  }

  /** When the next one is due, claimed ones counted by the end of their claim. */
  async nextDue(but: readonly string[]): Promise<number | undefined> {
    const row = await this.due(this.db, but).orderBy("next_at").limit(1).executeTakeFirst();
    return row?.next_at ?? undefined;
  }

  /** Writes down how an attempt ended, unless the delivery ended meanwhile. */
  async attempted(claimed: Claimed, { delivered, response, error, again }: Attempted, now: number): Promise<void> {
    const state = delivered ? "delivered" : again === undefined ? "failed" : "waiting";
    const ended = state === "waiting" ? {} : { ended_at: now };
    await this.db
      .updateTable("deliveries")
      .set({ state, attempts: claimed.attempts + 1, next_at: again ?? null, response, error, tried_at: now, ...ended })
      .where("id", "=", claimed.id)
      .where("state", "=", "waiting")
      .execute();
  }

  /** Gives a claim back: nobody tried. */
  async unclaim(claimed: Claimed, now: number): Promise<void> {
    const mine = this.db.updateTable("deliveries").set({ next_at: now }).where("id", "=", claimed.id);
    await mine.where("state", "=", "waiting").where("next_at", "=", claimed.next_at).execute();
  }

  /** Forgets those that ended before; answers how many. */
  async forget(before: number): Promise<number> {
    const gone = await this.db.deleteFrom("deliveries").where("ended_at", "<", before).executeTakeFirst();
    return Number(gone.numDeletedRows);
  }

  private due(db: Kysely<Tables>, but: readonly string[]) {
    let query = db
      .selectFrom("deliveries")
      .innerJoin("webhooks", "webhooks.id", "deliveries.webhook_id")
      .selectAll("deliveries")
      .select(["webhooks.account_id", "webhooks.app_id", "webhooks.url", "webhooks.secret"])
      .where("deliveries.state", "=", "waiting");
    if (but.length > 0) query = query.where("webhooks.account_id", "not in", but);
    return query;
  }
}
