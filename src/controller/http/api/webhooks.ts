import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId, newSecret } from "../../../base/ids.ts";
import { MOST_WEBHOOKS, type NewWebhook, type Webhook } from "../../../protocol/webhook-api.ts";
import { may } from "../../accounts/principal.ts";
import { AddressRules } from "../../notices/address-rules.ts";
import type { Services } from "../../services.ts";
import type { WebhookChange, WebhookWithApp } from "../../store/webhook-store.ts";
import { ACCOUNT_QUERY, accountOf, findApp } from "../account-choice.ts";
import { principalOf, requirePermission } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";

const url = line(2000).regex(
  /^https?:\/\/[^/?#@\s]+([/?#]\S*)?$/i,
  "expected an address with http or https, without a login",
);
const secret = line(200).min(16, "expected at least 16 characters");

export const WEBHOOK_PARAMS = z.strictObject({ webhook: z.string() });
export const WEBHOOK_REQUEST = z.strictObject({
  url,
  app: line(100).optional(),
  secret: secret.optional(),
  enabled: z.boolean().default(true),
});
export const WEBHOOK_CHANGE = z.strictObject({
  url: url.optional(),
  secret: secret.optional(),
  enabled: z.boolean().optional(),
});

type WebhookPath = FastifyRequest<{ Params: { webhook: string } }>;

/** The addresses that are told when builds end. */
export function webhookRoutes(api: FastifyInstance, services: Services): void {
  const { store, sealer, clock } = services;
  const rules = new AddressRules(services.policy.webhooksToPrivateNetworks);
  const author = (request: FastifyRequest) => ({ actor: principalOf(request).name, at: clock.now() });
  const sealed = (id: string, text: string) => () => sealer.seal(text, { kind: "webhook", name: id });

  api.get(
    "/webhooks",
    told("The webhooks of an account", { query: ACCOUNT_QUERY, answer: "Webhooks" }),
    async (request) => {
      validate(ACCOUNT_QUERY, request.query);
      const webhooks = await store.webhooks.list(await accountOf(services, request, "manage"));
      return { webhooks: webhooks.map(toWebhook) };
    },
  );

  api.post(
    "/webhooks",
    told("Adds a webhook; a secret that was made is shown this once", {
      query: ACCOUNT_QUERY,
      body: WEBHOOK_REQUEST,
      status: 201,
      answer: "NewWebhook",
    }),
    async (request, reply) => {
      validate(ACCOUNT_QUERY, request.query);
      const body = validate(WEBHOOK_REQUEST, request.body);
      refuseForbidden(rules, body.url);
      const place = await placeOf(services, request, body.app);
      const made = body.secret === undefined ? newSecret() : undefined;
      const row = { id: newId("w"), ...place, url: body.url, enabled: body.enabled ? 1 : 0, created_at: clock.now() };
      const seal = sealed(row.id, body.secret ?? made ?? "");
      if (!(await store.webhooks.create(row, seal, MOST_WEBHOOKS, author(request)))) {
        throw errorOf("REQUEST_INVALID", { reason: `An account may have ${MOST_WEBHOOKS} webhooks` });
      }
      const webhook: NewWebhook = toWebhook((await store.webhooks.find(row.id)) as WebhookWithApp);
      return reply.code(201).send(made === undefined ? webhook : { ...webhook, secret: made });
    },
  );

  api.get("/webhooks/:webhook", told("A webhook", { answer: "Webhook" }), async (request: WebhookPath) =>
    toWebhook(await findWebhook(services, request)),
  );

  api.patch(
    "/webhooks/:webhook",
    told("Changes a webhook", { body: WEBHOOK_CHANGE, answer: "Webhook" }),
    async (request: WebhookPath) => {
      const webhook = await findWebhook(services, request);
      const body = validate(WEBHOOK_CHANGE, request.body);
      if (body.url !== undefined) refuseForbidden(rules, body.url);
      const seal = body.secret === undefined ? undefined : sealed(webhook.id, body.secret);
      await store.webhooks.update(webhook, columnsOf(body), seal, author(request));
      return toWebhook(await findWebhook(services, request));
    },
  );

  api.delete(
    "/webhooks/:webhook",
    told("Removes a webhook and the log of its deliveries", { status: 204 }),
    async (request: WebhookPath, reply) => {
      await store.webhooks.remove(await findWebhook(services, request), author(request));
      return reply.code(204).send();
    },
  );
}

/** The webhook that the path names. Throws NOT_FOUND, also for one of an account that the person may not read, NOT_ALLOWED. */
export async function findWebhook(services: Services, request: WebhookPath): Promise<WebhookWithApp> {
  const { webhook: id } = validate(WEBHOOK_PARAMS, request.params);
  const row = await services.store.webhooks.find(id);
  const principal = principalOf(request);
  if (!row || !may(principal, row.account_id, "read")) {
    throw errorOf("NOT_FOUND", { kind: "webhook", name: id, reason: "See millwright webhooks list." });
  }
  requirePermission(principal, row.account_id, "manage");
  return row;
}

/** Whose the webhook will be. An app names its account too. */
async function placeOf(services: Services, request: FastifyRequest, key: string | undefined) {
  if (key === undefined) return { account_id: await accountOf(services, request, "manage"), app_id: null };
  const { account_id, id: app_id } = await findApp(services, principalOf(request), key, "manage");
  return { account_id, app_id };
}

/** What is said by a number is known now; what a name stands for, only when it is asked. */
function refuseForbidden(rules: AddressRules, address: string): void {
  if (!URL.canParse(address)) throw errorOf("REQUEST_INVALID", { reason: "url: expected an address" });
  const { hostname } = new URL(address);
  const isNumber = /^\[|^[\d.]+$/.test(hostname);
  const reason = isNumber ? rules.whyNot(hostname) : undefined;
  if (reason) throw errorOf("REQUEST_INVALID", { reason: `url: ${reason}` });
}

function columnsOf(body: z.output<typeof WEBHOOK_CHANGE>): WebhookChange {
  const change: WebhookChange = {};
  if (body.url !== undefined) change.url = body.url;
  if (body.enabled !== undefined) change.enabled = body.enabled ? 1 : 0;
  return change;
}

function toWebhook(row: WebhookWithApp): Webhook {
  return {
    id: row.id,
    account: row.account_id,
    ...(row.app_id === null ? {} : { app: { id: row.app_id, name: row.app_name ?? "" } }),
    url: row.url,
    enabled: row.enabled === 1,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
