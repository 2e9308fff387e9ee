import { expect, test } from "vitest";
import type { AuditEntry } from "../../../../src/protocol/audit-api.ts";
import type { Delivery, Webhook } from "../../../../src/protocol/webhook-api.ts";
import { storeHolds, testController } from "../../../support/controller.ts";
import { person } from "../../../support/people.ts";
import { refusal } from "../refusal.ts";
import { makeWebhook } from "./made-webhook.ts";

const URL = "https://ci.example.test/hooks/1";

test("a webhook is made, listed, changed and removed; its secret is shown once, and only when it was made here", async () => {
  const controller = await testController();
  const { api } = controller;
  await api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const all = await makeWebhook(controller, { url: URL });
  expect(all.secret).toMatch(/^[\w-]{43}$/);
  const given = await makeWebhook(controller, {
    url: URL,
    app: "demo",
    secret: "a-secret-that-was-given",
    enabled: false,
  });
  expect(given).toMatchObject({ app: { name: "demo" }, enabled: false });
  expect(given).not.toHaveProperty("secret");

  const listed = (await api("GET", "/webhooks")).body as { webhooks: Webhook[] };
  expect(listed.webhooks.map(({ id }) => id)).toEqual([all.id, given.id]);
  const changed = await api("PATCH", `/webhooks/${all.id}`, {
    url: `${URL}/2`,
    secret: "another-long-secret",
    enabled: false,
  });
  expect(changed.body).toMatchObject({ id: all.id, url: `${URL}/2`, enabled: false });
  const shown = [changed, await api("GET", `/webhooks/${all.id}`), await api("GET", "/webhooks")];
  expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain("secret");

  expect((await api("DELETE", `/webhooks/${all.id}`)).status).toBe(204);
  expect(await refusal(controller, "GET", `/webhooks/${all.id}`)).toMatchObject({ status: 404, code: "NOT_FOUND" });
  const { entries } = (await api("GET", "/audit?kind=webhook")).body as { entries: AuditEntry[] };
  expect(entries.map(({ name, action }) => [name, action])).toEqual([
    [all.id, "removed"],
    [all.id, "written"],
    [given.id, "written"],
    [all.id, "written"],
  ]);
  expect(JSON.stringify(entries)).not.toContain(all.secret);
});

test("secrets rest encrypted, and are still right after the key was changed", async () => {
  const controller = await testController();
  const secret = "4242-a-secret-that-was-given";
  await makeWebhook(controller, { url: URL, secret });
  const made = await makeWebhook(controller, { url: URL });
  const inStore = await storeHolds(controller.data);
  expect(inStore(made.id)).toBe(true);
  expect([inStore(secret), inStore(made.secret)]).toEqual([false, false]);
  const rotated = await controller.api("POST", "/keys/rotate");
  expect(rotated.body).toMatchObject({ sealedAgain: 2, unreadable: [] });
});

test.each([
  ["ftp://example.test/x", /http or https/],
  ["example.test/x", /http or https/],
  ["https://user:pass@example.test/", /without a login/],
  ["https://exa mple.test/", /http or https/],
  ["https://", /http or https/],
  ["http://169.254.169.254/latest/meta-data", /never/],
  ["http://[::ffff:169.254.169.254]/", /never/],
  ["http://0xa9fea9fe/", /never/],
  ["http://2852039166/", /never/],
  ["http://[fe80::1]/", /never/],
])("the address %s is refused", async (url, why) => {
  const controller = await testController();
  expect(await refusal(controller, "POST", "/webhooks", { url })).toMatchObject({
    status: 400,
    code: "REQUEST_INVALID",
    why: expect.stringMatching(why),
  });
});

test("wrong requests say what is wrong", async () => {
  const controller = await testController();
  const wrong = (body: object) => refusal(controller, "POST", "/webhooks", body);
  expect(await wrong({ url: URL, secret: "short" })).toMatchObject({ status: 400, why: expect.stringContaining("16") });
  expect(await wrong({ url: URL, app: "nosuch" })).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect(await wrong({ url: URL, event: "x" })).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  expect(await wrong({})).toMatchObject({ status: 400, why: expect.stringContaining("url") });
  expect(await refusal(controller, "POST", "/deliveries/7/again")).toMatchObject({ status: 404 });
  expect(await refusal(controller, "POST", "/deliveries/x/again")).toMatchObject({ status: 404 });
  for (let count = 0; count < 50; count++) await makeWebhook(controller, { url: URL });
  expect(await wrong({ url: URL })).toMatchObject({ status: 400, why: expect.stringContaining("50") });
});

test("without private networks their addresses are refused at once", async () => {
  const policy = { webhooksToPrivateNetworks: false, keepArtifactsDays: 1, keepLogsDays: 1 };
  const controller = await testController({}, undefined, undefined, { policy });
  const wrong = (url: string) => refusal(controller, "POST", "/webhooks", { url });
  for (const url of ["http://10.0.0.1/", "http://[::1]:8080/", "http://127.1/", "http://192.168.0.1"]) {
    expect(await wrong(url), url).toMatchObject({ status: 400, why: expect.stringContaining("private networks") });
  }
});

test("webhooks are for those who manage the account: others are refused, and strangers don't learn that they exist", async () => {
  const controller = await testController();
  const admin = await person(controller, "admin@example.test", { shop: "admin" });
  const developer = await person(controller, "dev@example.test", { shop: "developer" });
  const stranger = await person(controller, "else@example.test", { other: "admin" });
  const made = await admin.api("POST", "/webhooks", { url: "http://127.0.0.1:9/x" });
  expect(made.status).toBe(201);
  const { id } = made.body as Webhook;
  const ping = (await admin.api("POST", `/webhooks/${id}/ping`)).body as Delivery;
  const requests = [
    ["GET", `/webhooks/${id}`],
    ["PATCH", `/webhooks/${id}`],
    ["DELETE", `/webhooks/${id}`],
    ["POST", `/webhooks/${id}/ping`],
    ["GET", `/webhooks/${id}/deliveries`],
    ["POST", `/deliveries/${ping.id}/again`],
  ] as const;
  for (const [method, path] of requests) {
    const body = method === "PATCH" ? { enabled: false } : undefined;
    expect((await developer.api(method, path, body)).status, `${method} ${path}`).toBe(403);
    const hidden = await stranger.api(method, path, body);
    expect(hidden.status, `${method} ${path}`).toBe(404);
    expect(JSON.stringify(hidden.body)).not.toContain("127.0.0.1");
  }
  expect((await developer.api("GET", "/webhooks")).status).toBe(403);
  expect((await stranger.api("GET", "/webhooks")).body).toEqual({ webhooks: [] });
  expect((await stranger.api("GET", "/webhooks?account=shop")).status).toBe(404);
  const app = await admin.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const foreign = { url: URL, app: (app.body as { id: string }).id };
  expect((await stranger.api("POST", "/webhooks", foreign)).status).toBe(404);
  expect(((await admin.api("GET", "/webhooks")).body as { webhooks: Webhook[] }).webhooks).toHaveLength(1);
});
