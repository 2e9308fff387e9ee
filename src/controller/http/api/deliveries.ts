import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { wait } from "../../../base/time/wait.ts";
import { DELIVERY_STATES, type Delivery, type DeliveryState } from "../../../protocol/webhook-api.ts";
import { may } from "../../accounts/principal.ts";
import type { Services } from "../../services.ts";
import type { DeliveryFilter } from "../../store/delivery-store.ts";
import type { DeliveryRow } from "../../store/push-tables.ts";
import type { WebhookWithApp } from "../../store/webhook-store.ts";
import { principalOf, requirePermission } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { findWebhook } from "./webhooks.ts";

/** A ping that found no free place for so long is answered as it stands. */
const PING_SPARE_MS = 5_000;

export const DELIVERY_PARAMS = z.strictObject({ delivery: z.string() });
export const DELIVERY_QUERY = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** What was sent to webhooks, and sending it again. */
export function deliveryRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock, changes } = services;

  api.post<{ Params: { webhook: string } }>(
    "/webhooks/:webhook/ping",
    told("Sends a test to a webhook, and waits for what comes of it", { answer: "Delivery" }),
    async (request) => {
      const webhook = await findWebhook(services, request);
      const id = await store.deliveries.add(webhook.id, "ping", null, clock.now());
      await recordUse(services, webhook, principalOf(request).name, "a test was sent");
      await tried(services, id);
      return toDelivery((await store.deliveries.find(id)) as Selectable<DeliveryRow>);
    },
  );

  api.get<{ Params: { webhook: string } }>(
    "/webhooks/:webhook/deliveries",
    told("What was sent to a webhook, the newest first", { query: DELIVERY_QUERY, answer: "Deliveries" }),
    async (request) => {
      const webhook = await findWebhook(services, request);
      const query = validate(DELIVERY_QUERY, request.query);
      const filter = { ...query, webhook: webhook.id, limit: query.limit + 1 } as DeliveryFilter;
      const rows = await store.deliveries.list(filter);
      const page = rows.slice(0, query.limit);
      return { deliveries: page.map(toDelivery), ...(rows.length > page.length ? { next: page.at(-1)?.id } : {}) };
    },
  );

  api.post<{ Params: { delivery: string } }>(
    "/deliveries/:delivery/again",
    told("Sends the same notice once more", { status: 201, answer: "Delivery" }),
    async (request, reply) => {
      const { delivery: key } = validate(DELIVERY_PARAMS, request.params);
      const row = /^\d{1,15}$/.test(key) ? await store.deliveries.find(Number(key)) : undefined;
      const webhook = row && (await store.webhooks.find(row.webhook_id));
      const principal = principalOf(request);
      if (!row || !webhook || !may(principal, webhook.account_id, "read")) {
        const reason = "See millwright webhooks deliveries WEBHOOK.";
        throw errorOf("NOT_FOUND", { kind: "delivery", name: key, reason });
      }
      requirePermission(principal, webhook.account_id, "manage");
      const id = await store.deliveries.add(webhook.id, row.event, row.build_id, clock.now());
      await recordUse(services, webhook, principal.name, `delivery ${row.id} was sent again`);
      changes.deliveriesDue();
      return reply.code(201).send(toDelivery((await store.deliveries.find(id)) as Selectable<DeliveryRow>));
    },
  );
}

async function recordUse(
  { store, clock }: Services,
  { id, account_id: account }: WebhookWithApp,
  actor: string,
  detail: string,
): Promise<void> {
  await store.audit.add({ at: clock.now(), actor, account, action: "used", kind: "webhook", name: id, detail });
}

/** Resolves when an attempt at this delivery has ended, or it takes too long. */
async function tried({ changes, timing }: Services, id: number): Promise<void> {
  const enough = new AbortController();
  const stop = changes.onDeliveryTried(id, () => enough.abort());
  changes.deliveriesDue();
  await wait(timing.webhookTimeoutMs + PING_SPARE_MS, enough.signal);
  stop();
}

function toDelivery(row: Selectable<DeliveryRow>): Delivery {
  const time = (name: string, at: number | null) => (at === null ? {} : { [name]: new Date(at).toISOString() });
  return {
    id: row.id,
    webhook: row.webhook_id,
    event: row.event as Delivery["event"],
    ...(row.build_id === null ? {} : { build: row.build_id }),
    state: row.state as DeliveryState,
    attempts: row.attempts,
    ...(row.response === null ? {} : { response: row.response }),
    ...(row.error === "" ? {} : { error: row.error }),
    createdAt: new Date(row.created_at).toISOString(),
    ...time("triedAt", row.tried_at),
    ...time("nextAt", row.next_at),
    ...time("endedAt", row.ended_at),
  };
}
