/**
 * Webhooks: addresses that are told when a build has ended. Below `/api/v1`, as api.ts says; for who may manage the account.
 * What is sent: notices.ts.
 *
 *   GET    /webhooks                      { webhooks: Webhook[] }
 *   POST   /webhooks                      WebhookRequest → 201 NewWebhook
 *   GET    /webhooks/:webhook             Webhook
 *   PATCH  /webhooks/:webhook             WebhookChange → Webhook
 *   DELETE /webhooks/:webhook             204; the log of its deliveries goes with it
 *   POST   /webhooks/:webhook/ping        Delivery: a test, tried once; answers when that has come to an end
 *   GET    /webhooks/:webhook/deliveries  { deliveries: Delivery[], next?: number }; ?state ?limit ?before=ID
 *   POST   /deliveries/:delivery/again    201 Delivery: the same notice once more, with a number of its own
 */

export interface Webhook {
  id: string;
  account: string;
  /** Without it, for all apps of the account. */
  app?: { id: string; name: string };
  url: string;
  enabled: boolean;
  createdAt: string;
}

export interface WebhookRequest {
  /** http or https, without a login. */
  url: string;
  /** Id or name. */
  app?: string;
  /** 16 to 200 characters; made when left out. */
  secret?: string;
  enabled?: boolean;
}

/** The only answer that holds the secret, and only one that was made. */
export interface NewWebhook extends Webhook {
  secret?: string;
}

/** What is left out stays as it is. What still waits for a webhook that is switched off is not sent any more. */
export interface WebhookChange {
  url?: string;
  secret?: string;
  enabled?: boolean;
}

export const DELIVERY_STATES = ["waiting", "delivered", "failed"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  id: number;
  webhook: string;
  event: "build.finished" | "ping";
  build?: number;
  state: DeliveryState;
  attempts: number;
  /** The status of the last answer. */
  response?: number;
  /** Why the last attempt failed. */
  error?: string;
  createdAt: string;
  triedAt?: string;
  /** When it is tried next, while it waits. */
  nextAt?: string;
  endedAt?: string;
}

/** Of one account. */
export const MOST_WEBHOOKS = 50;
