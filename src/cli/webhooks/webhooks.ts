import type { NewWebhook, Webhook, WebhookChange, WebhookRequest } from "../../protocol/webhook-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import { SecretInput } from "../managing/secret-input.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";

export interface WebhookOptions {
  app?: string;
  to?: string;
  secretFile?: string;
  enable?: boolean;
  disable?: boolean;
}

const COLUMNS: Column<Webhook>[] = [
  { title: "WEBHOOK", cell: (webhook) => webhook.id },
  { title: "APP", cell: (webhook) => webhook.app?.name ?? "all" },
  { title: "STATE", cell: (webhook) => (webhook.enabled ? "on" : "off") },
  { title: "ADDRESS", cell: (webhook) => webhook.url },
];

/** `millwright webhooks list`. */
export async function listWebhooks(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ webhooks: Webhook[] }>("/webhooks");
  session.answer(answer, (output) => {
    if (answer.webhooks.length === 0) return output.note("No webhooks. Add one: millwright webhooks add URL");
    for (const line of tableLines(answer.webhooks, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright webhooks add`. The secret that the controller made is printed this once. */
export async function addWebhook(
  session: Session,
  command: string,
  address: string | undefined,
  options: WebhookOptions,
): Promise<number> {
  const url = address ?? (await session.prompt?.text("Address (https://…)"));
  if (url === undefined) throw usageError(command, "Name the address: millwright webhooks add URL");
  const { app } = options;
  const request: WebhookRequest = { url, ...(app === undefined ? {} : { app }), ...(await secretOf(session, options)) };
  const webhook = await (await session.connect()).send<NewWebhook>("POST", "/webhooks", request);
  session.answer(webhook, (output) => {
    output.line(`Added the webhook ${webhook.id}: ${told(webhook)}.`);
    if (webhook.secret === undefined) return;
    output.line(`Its secret, which is not shown again: ${webhook.secret}`);
  });
  return EXIT.success;
}

/** `millwright webhooks set`. */
export async function changeWebhook(
  session: Session,
  command: string,
  id: string,
  options: WebhookOptions,
): Promise<number> {
  const { to, enable, disable } = options;
  if (enable && disable) throw usageError(command, "--enable and --disable don't go together.");
  const change: WebhookChange = {
    ...(to === undefined ? {} : { url: to }),
    ...(enable || disable ? { enabled: enable === true } : {}),
    ...(await secretOf(session, options)),
  };
  if (Object.keys(change).length === 0)
    throw usageError(command, "There is nothing to change: name what should be set.");
  const webhook = await (await session.connect()).send<Webhook>("PATCH", `/webhooks/${segment(id)}`, change);
  session.answer(webhook, (output) => output.line(`Changed the webhook ${webhook.id}: ${told(webhook)}.`));
  return EXIT.success;
}

/** `millwright webhooks remove`. */
export async function removeWebhook(session: Session, id: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/webhooks/${segment(id)}`);
  session.answer({ removed: id }, (output) => output.line(`Removed the webhook ${id}.`));
  return EXIT.success;
}

function told({ app, url, enabled }: Webhook): string {
  return `${url} is told of builds of ${app?.name ?? "all apps"}${enabled ? "" : " when it is switched on"}`;
}

async function secretOf(session: Session, { secretFile }: WebhookOptions): Promise<{ secret?: string }> {
  if (secretFile === undefined) return {};
  return { secret: await new SecretInput(session).text("--secret-file", secretFile) };
}
