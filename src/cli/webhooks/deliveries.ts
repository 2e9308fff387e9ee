import type { Delivery } from "../../protocol/webhook-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber } from "../usage.ts";

const COLUMNS: Column<Delivery>[] = [
  { title: "DELIVERY", cell: (delivery) => `${delivery.id}`, side: "right" },
  { title: "WHEN (UTC)", cell: (delivery) => moment(delivery.createdAt) },
  { title: "OF", cell: (delivery) => (delivery.build === undefined ? delivery.event : `build ${delivery.build}`) },
  { title: "STATE", cell: (delivery) => delivery.state },
  { title: "TRIES", cell: (delivery) => `${delivery.attempts}`, side: "right" },
  {
    title: "ANSWER",
    cell: (delivery) => (delivery.response === undefined ? "" : `${delivery.response}`),
    side: "right",
  },
  { title: "DETAIL", cell: detail },
];

/** `millwright webhooks ping`. Ends with 1 when the receiver didn't take it. */
export async function pingWebhook(session: Session, id: string): Promise<number> {
  const delivery = await (await session.connect()).send<Delivery>("POST", `/webhooks/${segment(id)}/ping`);
  session.answer(delivery, (output) => {
    if (delivery.state === "delivered") output.line(`Delivered: it answered ${delivery.response}.`);
    else output.note(`Not delivered: ${delivery.error ?? "it is still being tried."}`);
  });
  return delivery.state === "delivered" ? EXIT.success : EXIT.buildFailed;
}

/** `millwright webhooks deliveries`. */
export async function listDeliveries(
  session: Session,
  command: string,
  id: string,
  options: { state?: string; limit: string },
): Promise<number> {
  const query = { state: options.state, limit: positiveNumber(command, "--limit", options.limit) };
  const path = `/webhooks/${segment(id)}/deliveries`;
  const answer = await (await session.connect()).get<{ deliveries: Delivery[]; next?: number }>(path, query);
  session.answer(answer, (output) => {
    if (answer.deliveries.length === 0) return output.note("No deliveries.");
    for (const line of tableLines(answer.deliveries, COLUMNS, output.style)) output.line(line);
    if (answer.next !== undefined) output.note("There are older ones: see more of them with --limit NUMBER.");
  });
  return EXIT.success;
}

/** `millwright webhooks again`. */
export async function deliverAgain(session: Session, command: string, text: string): Promise<number> {
  const id = positiveNumber(command, "The delivery", text);
  const delivery = await (await session.connect()).send<Delivery>("POST", `/deliveries/${id}/again`);
  session.answer(delivery, (output) => {
    output.line(`Delivery ${delivery.id} sends it again. See: millwright webhooks deliveries ${delivery.webhook}`);
  });
  return EXIT.success;
}

function detail({ state, error, nextAt }: Delivery): string {
  const next = state === "waiting" && nextAt !== undefined && error !== undefined ? ` Again at ${moment(nextAt)}.` : "";
  return state === "delivered" ? "" : `${error ?? ""}${next}`;
}

function moment(at: string): string {
  return at.slice(0, 19).replace("T", " ");
}
