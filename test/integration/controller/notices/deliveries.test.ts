import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { BuildFinishedNotice } from "../../../../src/protocol/notices.ts";
import type { Delivery } from "../../../../src/protocol/webhook-api.ts";
import { testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, finishedBuild } from "../../../support/finished-build.ts";
import { Receiver } from "../../../support/receiver.ts";
import { deliveriesOf, inState, makeWebhook, verifies } from "./made-webhook.ts";

const PACKAGE = { kind: "package", platform: "android", buildType: "debug", commit: "a".repeat(40) };

test("a finished build is told in Appflow's words, signed, with an address that gives the file", async () => {
  const controller = await testController();
  const receiver = await Receiver.open();
  const agent = await agentWithApp(controller);
  const { id: webhook, secret } = await makeWebhook(controller, { url: receiver.url("/hook?team=1") });
  const files = [
    { name: "demo-debug.apk", kind: "apk" as const, bytes: "an apk" },
    { name: "a-mapping.txt", kind: "mapping" as const, bytes: "a mapping" },
  ];
  await finishedBuild(controller, agent, { request: PACKAGE, files });
  const received = await receiver.nth(0);
  const { id: delivery } = await inState(controller, webhook, "delivered");

  expect(received.path).toBe("/hook?team=1");
  expect(received.headers).toMatchObject({
    "content-type": "application/json",
    "x-millwright-event": "build.finished",
    "x-millwright-delivery": `${webhook}-${delivery}`,
    "user-agent": expect.stringMatching(/^Millwright\//),
  });
  expect(verifies(received, secret)).toBe(true);
  expect(verifies(received, `${secret}x`)).toBe(false);
  expect(verifies({ ...received, text: received.text.replace("success", "failed") }, secret)).toBe(false);
  expect(received.text).not.toContain(secret);

  const notice = received.body as BuildFinishedNotice;
  const app = notice.app;
  expect(notice).toMatchObject({
    state: "success",
    id: "1",
    appId: app.id,
    platform: "android",
    type: "debug",
    environmentName: null,
    buildInfo: { id: 1, state: "success", job_type: "package-android" },
    automation: null,
    app: { name: "demo", slug: "demo" },
    commit: { sha: "a".repeat(40), appId: app.id },
    millwright: {
      event: "build.finished",
      build: 1,
      account: "default",
      requestedBy: "admin",
      attempt: 1,
      failure: null,
    },
  });
  for (const at of [notice.created, notice.started, notice.finished]) expect(Date.parse(`${at}`)).toBeGreaterThan(0);
  expect(notice.artifacts.map(({ name, artifactType }) => [name, artifactType])).toEqual([
    ["demo-debug.apk", "APK"],
    ["a-mapping.txt", "MAPPING"],
  ]);
  const file = await fetch(`${notice.downloadUrl}`);
  expect([file.headers.get("content-disposition"), await file.text()]).toEqual([
    "attachment; filename=demo-debug.apk",
    "an apk",
  ]);
});

test("failed and canceled builds are told too; other apps and switched-off webhooks are left in peace", async () => {
  const controller = await testController();
  const receiver = await Receiver.open();
  const agent = await agentWithApp(controller);
  await controller.api("POST", "/apps", { name: "other", gitUrl: "https://example.test/o.git" });
  const { id } = await makeWebhook(controller, { url: receiver.url(), app: "demo" });
  const other = await makeWebhook(controller, { url: receiver.url("/other"), app: "other" });
  const off = await makeWebhook(controller, { url: receiver.url("/off"), enabled: false });

  const build = await begunBuild(controller, agent);
  const why = { code: "BUILD_TIMED_OUT", blame: "user", what: "w", why: "y", next: "n", detail: "a line of the log" };
  const failure = Buffer.from(JSON.stringify(why));
  await agent.complete(build.lease, build.jobToken, "", { outcome: "failed", failure });
  const failed = (await receiver.nth(0)).body as BuildFinishedNotice;
  expect(failed).toMatchObject({ state: "failed", downloadUrl: null, type: null, buildInfo: { job_type: "snapshot" } });
  expect(failed.millwright.failure).toMatchObject({ code: "BUILD_TIMED_OUT", next: "n" });
  expect(JSON.stringify(failed)).not.toContain("a line of the log");

  await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
  await controller.api("POST", "/builds/2/cancel");
  expect((await receiver.nth(1)).body).toMatchObject({ state: "canceled", id: "2", started: null });
  await inState(controller, id, "delivered");
  expect(await deliveriesOf(controller, id)).toHaveLength(2);
  expect([await deliveriesOf(controller, other.id), await deliveriesOf(controller, off.id)]).toEqual([[], []]);
  expect(receiver.received.map(({ path }) => path)).toEqual(["/hook", "/hook"]);
});

test("what isn't taken is tried again with the same number, and has failed after the last wait", async () => {
  const controller = await testController({ webhookRetryMs: [20, 40, 60, 80, 100] });
  const receiver = await Receiver.open();
  const agent = await agentWithApp(controller);
  const { id, secret } = await makeWebhook(controller, { url: receiver.url() });
  let count = 0;
  receiver.answer = (response) => void response.writeHead(++count === 3 ? 204 : 503).end();
  await finishedBuild(controller, agent);
  const done = await inState(controller, id, "delivered");
  expect(done).toMatchObject({ attempts: 3, response: 204, build: 1 });
  expect(done).not.toHaveProperty("error");
  expect(done).not.toHaveProperty("nextAt");
  expect(new Set(receiver.received.map(({ headers }) => headers["x-millwright-delivery"])).size).toBe(1);
  expect(receiver.received.every((each) => verifies(each, secret))).toBe(true);

  receiver.answer = (response) => void response.writeHead(500).end("no");
  await finishedBuild(controller, agent);
  const failed = await inState(controller, id, "failed");
  expect(failed).toMatchObject({ attempts: 6, response: 500, error: "It answered 500." });
  expect(receiver.received).toHaveLength(9);

  receiver.answer = (response) => void response.writeHead(200).end();
  const again = await controller.api("POST", `/deliveries/${failed.id}/again`);
  expect([again.status, (again.body as Delivery).build]).toEqual([201, 2]);
  const delivered = await inState(controller, id, "delivered");
  expect(delivered).toMatchObject({ id: (again.body as Delivery).id, attempts: 1 });
  expect(await deliveriesOf(controller, id, "?state=failed")).toHaveLength(1);
  const page = (await controller.api("GET", `/webhooks/${id}/deliveries?limit=1`)).body as { next: number };
  expect(page.next).toBe(delivered.id);
  expect(await deliveriesOf(controller, id, `?before=${page.next}`)).toHaveLength(2);
});

test("a receiver that hangs is given up in time, and one that talks for ever or redirects changes nothing", async () => {
  const controller = await testController({ webhookTimeoutMs: 300, webhookRetryMs: [] });
  const receiver = await Receiver.open();
  const elsewhere = await Receiver.open();
  const { id } = await makeWebhook(controller, { url: receiver.url() });
  const ping = async () => (await controller.api("POST", `/webhooks/${id}/ping`)).body as Delivery;

  expect(await ping()).toMatchObject({ state: "delivered", event: "ping", response: 200, attempts: 1 });
  expect(receiver.received[0]?.body).toMatchObject({ millwright: { event: "ping", webhook: id } });
  receiver.answer = () => {};
  const hung = await ping();
  expect(hung).toMatchObject({ state: "failed", error: "There was no answer within 0.3 s." });
  expect(hung).not.toHaveProperty("response");

  let cutOff = false;
  receiver.answer = (response) => {
    response.writeHead(200).once("close", () => {
      cutOff = true;
    });
    const more = () => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
    more();
  };
  expect(await ping()).toMatchObject({ state: "delivered", response: 200 });
  await eventually("the endless answer is cut off", () => cutOff);

  receiver.answer = (response) => void response.writeHead(307, { location: elsewhere.url("/secret?token=1") }).end();
  const redirected = await ping();
  expect(redirected).toMatchObject({ state: "failed", response: 307, error: expect.stringContaining("redirects") });
  expect(JSON.stringify(redirected)).not.toContain("token");
  expect(elsewhere.received).toEqual([]);

  receiver.answer = (response: ServerResponse) => void response.destroy();
  expect(await ping()).toMatchObject({ state: "failed", error: expect.stringContaining("without an answer") });
  receiver.close();
  expect(await ping()).toMatchObject({ state: "failed", error: expect.stringContaining("Nothing listens") });
});

test("one account's receivers that hang don't keep another account's waiting", async () => {
  const controller = await testController({ webhookTimeoutMs: 60_000 });
  const hanging = await Receiver.open();
  const receiver = await Receiver.open();
  hanging.answer = () => {};
  const { id } = await makeWebhook(controller, { url: hanging.url() });
  const pings = Array.from({ length: 40 }, () => controller.api("POST", `/webhooks/${id}/ping`).catch(() => undefined));
  await hanging.nth(3);
  expect((await controller.api("POST", "/accounts", { name: "second" })).status).toBe(201);
  const second = await controller.api("POST", "/webhooks?account=second", { url: receiver.url() });
  const { id: other } = second.body as { id: string };
  const ping = (await controller.api("POST", `/webhooks/${other}/ping`)).body as Delivery;
  expect(ping.state).toBe("delivered");
  expect(hanging.received.length).toBeLessThan(16);
  await controller.close();
  await Promise.all(pings);
});

test("what waits for a webhook that is switched off isn't sent any more", async () => {
  const controller = await testController({ webhookRetryMs: [60_000] });
  const receiver = await Receiver.open();
  const agent = await agentWithApp(controller);
  const { id } = await makeWebhook(controller, { url: receiver.url() });
  receiver.answer = (response) => void response.writeHead(404).end();
  await finishedBuild(controller, agent);
  const waiting = await eventually("the first try has failed", async () =>
    (await deliveriesOf(controller, id)).find(({ attempts }) => attempts === 1),
  );
  expect(waiting).toMatchObject({ state: "waiting", response: 404 });
  expect(Date.parse(`${waiting.nextAt}`)).toBeGreaterThan(Date.now() + 30_000);
  await controller.api("PATCH", `/webhooks/${id}`, { enabled: false });
  expect((await deliveriesOf(controller, id))[0]).toMatchObject({
    state: "failed",
    error: expect.stringContaining("off"),
  });
});

test("names are looked up under the rules too: what stands for a private address isn't asked", async () => {
  const policy = { webhooksToPrivateNetworks: false };
  const controller = await testController({ webhookRetryMs: [] }, undefined, undefined, { policy });
  const receiver = await Receiver.open();
  const { id } = await makeWebhook(controller, { url: `http://localhost:${receiver.port}/x?token=kept-secret` });
  const ping = (await controller.api("POST", `/webhooks/${id}/ping`)).body as Delivery;
  expect(ping).toMatchObject({ state: "failed", error: expect.stringContaining("private networks") });
  expect(JSON.stringify(ping)).not.toContain("kept-secret");
  expect(receiver.received).toEqual([]);
});
