import type { Kysely, Selectable, Transaction, Updateable } from "kysely";
import { type Happening, record } from "./audit-store.ts";
import type { WebhookRow } from "./push-tables.ts";
import type { Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

/** Seals the secret; called inside the transaction, so that it never meets a key that is being retired. */
export type SealSecret = () => Uint8Array;

export type WebhookWithApp = Selectable<WebhookRow> & { app_name: string | null };

export type WebhookChange = Pick<Updateable<WebhookRow>, "url" | "enabled">;

type Author = Pick<Happening, "actor" | "at">;

/** Addresses of other systems that are told when builds end. */
export class WebhookStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** False when the account has `most` of them already. */
  create(webhook: Omit<WebhookRow, "secret">, seal: SealSecret, most: number, author: Author): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const all = tx.selectFrom("webhooks").select("id").where("account_id", "=", webhook.account_id);
      if ((await all.execute()).length >= most) return false;
      await tx
        .insertInto("webhooks")
        .values({ ...webhook, secret: seal() })
        .execute();
      await told(tx, webhook, author, "written", "added");
      return true;
    });
  }

  find(id: string): Promise<WebhookWithApp | undefined> {
    return this.withApp().where("webhooks.id", "=", id).executeTakeFirst();
  }

  list(account: string): Promise<WebhookWithApp[]> {
    return this.withApp().where("webhooks.account_id", "=", account).orderBy("webhooks.created_at").execute();
  }

  /** Changes what is given. What waits for one that is switched off has failed. */
  async update(
    webhook: Selectable<WebhookRow>,
    change: WebhookChange,
    seal: SealSecret | undefined,
    author: Author,
  ): Promise<void> {
    if (Object.keys(change).length === 0 && !seal) return;
    await inTransaction(this.db, async (tx) => {
      const all: Updateable<WebhookRow> = seal ? { ...change, secret: seal() } : change;
      await tx.updateTable("webhooks").set(all).where("id", "=", webhook.id).execute();
      if (change.enabled === 0) await giveUp(tx, webhook.id, author.at);
      await told(tx, webhook, author, "written", `changed ${Object.keys(all).join(", ")}`);
    });
  }

  /** Removes it together with the log of its deliveries. */
  async remove(webhook: Selectable<WebhookRow>, author: Author): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.deleteFrom("webhooks").where("id", "=", webhook.id).execute();
      await told(tx, webhook, author, "removed", "");
    });
  }

  private withApp() {
    return this.db
      .selectFrom("webhooks")
      .leftJoin("apps", "apps.id", "webhooks.app_id")
      .selectAll("webhooks")
      .select("apps.name as app_name");
  }
}

async function giveUp(tx: Transaction<Tables>, webhookId: string, now: number): Promise<void> {
  await tx
    .updateTable("deliveries")
    .set({ state: "failed", next_at: null, ended_at: now, error: "The webhook was switched off." })
    .where("webhook_id", "=", webhookId)
    .where("state", "=", "waiting")
    .execute();
}

async function told(
  tx: Transaction<Tables>,
  { id, account_id: account }: Pick<WebhookRow, "id" | "account_id">,
  author: Author,
  action: "written" | "removed",
  detail: string,
): Promise<void> {
  await record(tx, { ...author, account, action, kind: "webhook", name: id, detail });
}
