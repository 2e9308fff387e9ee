import { createHmac, timingSafeEqual } from "node:crypto";
import { expect } from "vitest";
import type { Delivery, NewWebhook } from "../../../../src/protocol/webhook-api.ts";
import type { TestController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import type { Received } from "../../../support/receiver.ts";

export async function makeWebhook(controller: TestController, request: object): Promise<Required<NewWebhook>> {
  const made = await controller.api("POST", "/webhooks", request);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as Required<NewWebhook>;
}

/** Newest first. */
export async function deliveriesOf(controller: TestController, webhook: string, query = ""): Promise<Delivery[]> {
  const answer = await controller.api("GET", `/webhooks/${webhook}/deliveries${query}`);
  expect(answer.status).toBe(200);
  return (answer.body as { deliveries: Delivery[] }).deliveries;
}

/** The newest delivery, once it is in this state. */
export function inState(controller: TestController, webhook: string, state: string, ms = 10_000): Promise<Delivery> {
  return eventually(
    `the delivery is ${state}`,
    async () => (await deliveriesOf(controller, webhook)).find((each, index) => index === 0 && each.state === state),
    ms,
  );
}

/** As docs/webhooks.md tells receivers to do it. */
export function verifies({ headers, text }: Received, secret: string, nowMs = Date.now()): boolean {
  const parts = Object.fromEntries(`${headers["x-millwright-signature"]}`.split(",").map((part) => part.split("=", 2)));
  const age = Math.abs(nowMs / 1000 - Number(parts["t"]));
  const expected = createHmac("sha256", secret).update(`${parts["t"]}.${text}`).digest();
  const given = Buffer.from(`${parts["v1"]}`, "hex");
  return age < 300 && given.length === expected.length && timingSafeEqual(given, expected);
}
