import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Clock } from "../../../../src/base/time/clock.ts";
import { systemClock } from "../../../../src/base/time/clock.ts";
import type { App } from "../../../../src/protocol/app-api.ts";
import type { BuildFinishedNotice } from "../../../../src/protocol/notices.ts";
import { type TestController, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, finishedBuild, sendFiles } from "../../../support/finished-build.ts";
import { Receiver } from "../../../support/receiver.ts";
import { makeWebhook } from "../notices/made-webhook.ts";
import { refusal } from "../refusal.ts";

const DAY_MS = 86_400_000;

/** A clock that a test puts forward. */
function movedClock() {
  let aheadMs = 0;
  const clock: Clock = { now: () => Date.now() + aheadMs, monotonic: () => systemClock.monotonic() };
  const forward = (days: number) => {
    aheadMs += days * DAY_MS;
  };
  return { clock, forward };
}

async function withClock() {
  const { clock, forward } = movedClock();
  const controller = await testController({ retentionMs: 20 }, undefined, undefined, { clock });
  return { controller, forward };
}

function blobOf(controller: TestController, bytes: Buffer | string): string {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return join(controller.data, "blobs/content", sha256.slice(0, 2), sha256);
}

const removed = (controller: TestController, build: number) =>
  eventually(`the files of build ${build} are marked`, async () => (await controller.build(build)).artifactsRemovedAt);

const filesOf = (controller: TestController, { id, artifacts }: { id: number; artifacts: string[] }) =>
  artifacts.map((artifact) => `${controller.httpUrl}/api/v1/builds/${id}/artifacts/${artifact}`);

async function statusOf(controller: TestController, url: string): Promise<number> {
  return (await fetch(url, { headers: { authorization: `Bearer ${controller.adminToken}` } })).status;
}

test("files are removed when their time is up, but not while another build has the same content", async () => {
  const { controller, forward } = await withClock();
  const receiver = await Receiver.open();
  await makeWebhook(controller, { url: receiver.url() });
  const agent = await agentWithApp(controller, { keepArtifactsDays: 10 });
  const shared = { name: "demo-www.zip", kind: "www" as const, bytes: "the same in both" };
  const first = await finishedBuild(controller, agent, {
    files: [shared, { name: "own.zip", kind: "reports", bytes: "only in the first" }],
    log: "the first log\n",
  });
  const { downloadUrl } = (await receiver.nth(0)).body as BuildFinishedNotice;
  forward(6);
  const second = await finishedBuild(controller, agent, { files: [shared] });
  const [sharedOfFirst = "", own = ""] = filesOf(controller, first);
  const [sharedOfSecond = ""] = filesOf(controller, second);
  expect(await Promise.all([sharedOfFirst, own, sharedOfSecond].map((url) => statusOf(controller, url)))).toEqual([
    200, 200, 200,
  ]);

  forward(5);
  const at = await removed(controller, 1);
  await eventually(
    "the file that only the first had is gone",
    () => !existsSync(blobOf(controller, "only in the first")),
  );
  expect(existsSync(blobOf(controller, shared.bytes))).toBe(true);
  expect(await refusal(controller, "GET", `/builds/1/artifacts/${first.artifacts[0]}`)).toMatchObject({
    status: 410,
    code: "ARTIFACT_REMOVED",
    what: "The file demo-www.zip of build 1 was removed.",
    why: expect.stringContaining(at),
  });
  expect((await fetch(`${downloadUrl}`)).status).toBe(410);
  expect(await statusOf(controller, sharedOfSecond)).toBe(200);
  expect((await controller.build(1)).artifacts.map(({ name }) => name)).toEqual(["demo-www.zip", "own.zip"]);
  expect((await controller.api("GET", "/builds/1/log")).body).toBe("the first log\n");

  forward(6);
  await removed(controller, 2);
  await eventually("the last one has let it go", () => !existsSync(blobOf(controller, shared.bytes)));
  expect(await statusOf(controller, sharedOfSecond)).toBe(410);
});

test("logs have a time of their own; what is kept by default, and of an app that says nothing, is stated", async () => {
  const { controller, forward } = await withClock();
  const agent = await agentWithApp(controller);
  expect((await controller.api("GET", "/apps/demo")).body).toMatchObject({
    keepArtifactsDays: null,
    keepLogsDays: null,
  });
  await finishedBuild(controller, agent, { log: "a log\n", files: [{ name: "a.zip", kind: "www", bytes: "a" }] });
  forward(89);
  await controller.api("PATCH", "/apps/demo", { keepLogsDays: 88 });
  const at = await eventually("the log is marked", async () => (await controller.build(1)).logRemovedAt);
  const gone = { status: 410, code: "LOG_REMOVED", why: expect.stringContaining(at) };
  expect(await refusal(controller, "GET", "/builds/1/log")).toMatchObject(gone);
  expect(await refusal(controller, "GET", "/builds/1/log?follow=1")).toMatchObject(gone);
  await eventually(
    "its bytes are gone",
    () => readdirSync(join(controller.data, "blobs/logs"), { recursive: true }).length < 2,
  );
  const build = await controller.build(1);
  expect(build).toMatchObject({ logLength: 6, status: "success" });
  expect(build).not.toHaveProperty("artifactsRemovedAt");
  forward(2);
  await removed(controller, 1);
});

test("a build that runs is never touched, and what it is just sending is kept", async () => {
  const { controller, forward } = await withClock();
  const agent = await agentWithApp(controller, { keepArtifactsDays: 1, keepLogsDays: 1 });
  const file = { name: "demo-www.zip", kind: "www" as const, bytes: "sent by both" };
  const running = await begunBuild(controller, agent);
  await agent.append(running.lease, running.jobToken, 0, "still running\n");
  await finishedBuild(controller, agent, { files: [file] });
  forward(3);
  await removed(controller, 2);
  await eventually("its file is gone", () => !existsSync(blobOf(controller, file.bytes)));
  const untouched = await controller.build(1);
  expect(untouched).toMatchObject({ status: "running", logLength: 14 });
  expect([untouched.artifactsRemovedAt, untouched.logRemovedAt]).toEqual([undefined, undefined]);
  const artifacts = await sendFiles(agent, running, [file]);
  expect(await agent.complete(running.lease, running.jobToken, "still running\n", { artifactIds: artifacts })).toBe(1);
  const [url = ""] = filesOf(controller, { id: 1, artifacts });
  expect(await statusOf(controller, url)).toBe(200);
  expect((await controller.api("GET", "/builds/1/log")).body).toBe("still running\n");
});

test("a download that has begun goes on to its end", async () => {
  const { controller, forward } = await withClock();
  const agent = await agentWithApp(controller, { keepArtifactsDays: 1 });
  const bytes = randomBytes(24 * 2 ** 20);
  const build = await finishedBuild(controller, agent, { files: [{ name: "big.zip", kind: "www", bytes }] });
  const [url = ""] = filesOf(controller, build);
  const response = await fetch(url, { headers: { authorization: `Bearer ${controller.adminToken}` } });
  forward(2);
  await eventually("the file is gone", () => !existsSync(blobOf(controller, bytes)));
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(await statusOf(controller, url)).toBe(410);
});

test("an app's limits are checked, shown and taken back; its time-out goes to the agent", async () => {
  const { controller } = await withClock();
  const agent = await agentWithApp(controller);
  const limits = { keepArtifactsDays: 30, keepLogsDays: 60, timeoutMinutes: 45 };
  const changed = await controller.api("PATCH", "/apps/demo", limits);
  expect(changed.body as App).toMatchObject(limits);
  expect((await begunBuild(controller, agent)).spec.timeoutMs).toBe(45 * 60_000);
  for (const [field, value] of [
    ["keepArtifactsDays", 0],
    ["keepLogsDays", 1.5],
    ["timeoutMinutes", "60"],
    ["timeoutMinutes", 20_000],
  ]) {
    const refused = await refusal(controller, "PATCH", "/apps/demo", { [`${field}`]: value });
    expect(refused, `${field} ${value}`).toMatchObject({ status: 400, why: expect.stringContaining(`${field}`) });
  }
  const nothing = { keepArtifactsDays: null, keepLogsDays: null, timeoutMinutes: null };
  expect((await controller.api("PATCH", "/apps/demo", nothing)).body).toMatchObject(nothing);
  expect((await begunBuild(controller, agent)).spec).not.toHaveProperty("timeoutMs");
});
