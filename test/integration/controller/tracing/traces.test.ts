import { expect, test } from "vitest";
import { call } from "../../../../src/agent/connection/controller-client.ts";
import { failureOf } from "../../../../src/base/errors/millwright-error.ts";
import type { LeaseRef } from "../../../../src/protocol/job-folder/spec.ts";
import { type CollectedSpan, Collector } from "../../../support/collector.ts";
import { testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, DEPLOY, sendFiles } from "../../../support/finished-build.ts";
import type { ScriptedAgent } from "../../../support/scripted-agent.ts";

const QUICK = { tracesMs: 20 };
const SECRET = "s3cr3t-of-the-remote";
const SHA = "0123456789abcdef0123456789abcdef01234567";

test("a build that ends well is one trace: its wait, its attempt, each step and each upload, with the times they had", async () => {
  const collector = await Collector.open();
  collector.configure({
    OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=apps",
    OTEL_SERVICE_NAME: "builds",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
  });
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller);
  const before = Date.now();
  const build = await begunBuild(controller, agent, { ...DEPLOY, commit: "release/7" });
  await steps(agent, build, [
    ["commit", "", SHA],
    ["step-finished", "fetch", "ok"],
    ["step-started", "install", ""],
    ["step-finished", "install", "warning"],
  ]);
  const artifactIds = await sendFiles(agent, build, [{ name: "www.zip", kind: "www", bytes: "PK" }]);
  await agent.complete(build.lease, build.jobToken, "", { artifactIds, lastEventSeq: 5 });
  const [root, ...others] = await traceOf(collector, build.id);
  expect(root).toMatchObject({ name: "BUILD demo", parentSpanId: undefined, kind: 2, status: { code: 0 } });
  expect(root?.attributes).toMatchObject({
    "cicd.pipeline.name": "demo",
    "cicd.pipeline.run.id": `${build.id}`,
    "cicd.pipeline.run.url.full": `${controller.httpUrl}/builds/${build.id}`,
    "cicd.pipeline.result": "success",
    "vcs.repository.url.full": "https://example.test/demo.git",
    "vcs.ref.head.name": "release/7",
    "vcs.ref.head.revision": SHA,
    "millwright.build.kind": "deploy",
    "millwright.build.platform": "web",
    "millwright.build.status": "success",
    "millwright.account.name": "default",
    "millwright.build.attempts": 1,
  });
  expect(root?.resource).toMatchObject({ "service.name": "builds", "deployment.environment.name": "test" });
  expect(others.map(({ name }) => name).sort()).toEqual(["attempt 1", "fetch", "install", "queue", "upload"]);
  const attempt = others.find(({ name }) => name === "attempt 1");
  expect(attempt?.attributes).toMatchObject({ "cicd.worker.name": "scripted", "millwright.attempt.number": 1 });
  for (const { name, parentSpanId, startMs, endMs } of others) {
    expect(parentSpanId).toBe(["queue", "attempt 1"].includes(name) ? root?.spanId : attempt?.spanId);
    expect(startMs).toBeGreaterThanOrEqual(before);
    expect(endMs).toBeGreaterThanOrEqual(startMs);
    expect(endMs).toBeLessThanOrEqual(root?.endMs ?? 0);
  }
  expect(others.find(({ name }) => name === "install")?.attributes).toMatchObject({ "millwright.step.warned": true });
  expect(others.find(({ name }) => name === "upload")?.attributes).toMatchObject({
    "millwright.artifact.name": "www.zip",
    "millwright.artifact.size": 2,
  });
  expect(collector.requests[0]).toMatchObject({ path: "/v1/traces", headers: { "x-tenant": "apps" } });
  expect(build.spec.traceparent).toBe(`00-${root?.traceId}-${attempt?.spanId}-01`);
});

test("a failed build says its code on the root, the attempt and the step; no secret and no text of the log is in it", async () => {
  const collector = await Collector.open();
  collector.configure();
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller, { gitUsername: "git", gitPassword: SECRET });
  const build = await begunBuild(controller, agent);
  await steps(agent, build, [["step-finished", "fetch", "failed", "the log said hunter2"]]);
  const failure = { ...failureOf("WEB_FOLDER_MISSING", { folder: "www" }), detail: "hunter2" };
  await end(agent, build, failure);
  const trace = await traceOf(collector, build.id);
  const [root] = trace;
  expect(root?.attributes).toMatchObject({ "cicd.pipeline.result": "failure", "error.type": "WEB_FOLDER_MISSING" });
  expect(root?.attributes["millwright.failure.blame"]).toBe(failure.blame);
  for (const name of ["BUILD demo", "attempt 1", "fetch"]) {
    const span = trace.find((each) => each.name === name);
    expect(span, name).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "WEB_FOLDER_MISSING" } });
  }
  expect(collector.requests.map(({ text }) => text).join("")).not.toMatch(/hunter2|s3cr3t/);
});

test("a build that is tried again has both attempts and both waits in its one trace, and only the first is an error", async () => {
  const collector = await Collector.open();
  collector.configure();
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller);
  const first = await begunBuild(controller, agent);
  await end(agent, first, failureOf("SUPERVISOR_LOST", { reason: "It was killed." }));
  const offer = (await agent.sync()).offers[0]?.lease as LeaseRef;
  const { jobToken, spec } = await agent.accept(offer);
  await agent.begin(offer, jobToken);
  await agent.complete(offer, jobToken, "");
  const trace = await traceOf(collector, first.id);
  expect(trace.map(({ name }) => name).sort()).toEqual(
    ["BUILD demo", "attempt 1", "attempt 2", "fetch", "fetch", "queue", "queue"].sort(),
  );
  const attempts = ["attempt 1", "attempt 2"].map((name) => trace.find((each) => each.name === name));
  expect(attempts.map((each) => each?.status.code)).toEqual([2, 0]);
  expect(attempts[0]?.attributes["error.type"]).toBe("SUPERVISOR_LOST");
  expect(trace[0]?.status.code).toBe(0);
  expect([first.spec.traceparent, spec.traceparent].map((text) => text?.split("-")[1])).toEqual([
    trace[0]?.traceId,
    trace[0]?.traceId,
  ]);
  expect(spec.traceparent?.split("-")[2]).toBe(attempts[1]?.spanId);
});

test("a build that was canceled while it waited is a trace with its wait only", async () => {
  const collector = await Collector.open();
  collector.configure();
  const controller = await testController(QUICK);
  await agentWithApp(controller);
  const { id } = (await controller.api("POST", "/apps/demo/builds", DEPLOY)).body as { id: number };
  expect((await controller.api("POST", `/builds/${id}/cancel`)).status).toBe(200);
  const trace = await traceOf(collector, id);
  expect(trace.map(({ name }) => name)).toEqual(["BUILD demo", "queue"]);
  expect(trace[0]?.attributes["cicd.pipeline.result"]).toBe("cancellation");
});

test("without a collector named nothing is sent, owed or handed to builds", async () => {
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller);
  const build = await begunBuild(controller, agent);
  await agent.complete(build.lease, build.jobToken, "");
  expect(build.spec.traceparent).toBeUndefined();
  const metrics = await (await fetch(`${controller.httpUrl}/metrics`)).text();
  expect(metrics).toContain("millwright_controller_traces_waiting 0");
});

function traceOf(collector: Collector, buildId: number): Promise<CollectedSpan[]> {
  return eventually(`the trace of build ${buildId}`, () => {
    const trace = collector.trace(buildId);
    return trace.length > 0 ? trace : undefined;
  });
}

type Begun = { lease: LeaseRef; jobToken: string };

/** Events from seq 2 on: kind, step, and outcome or (of the commit) its digits. */
async function steps(agent: ScriptedAgent, { lease, jobToken }: Begun, all: string[][]): Promise<void> {
  const events = all.map(([kind = "", step = "", third = "", detail = ""], index) => {
    const commit = kind === "commit";
    const what = { step, outcome: commit ? "" : third, detail: commit ? third : detail };
    return { seq: index + 2, atMs: Date.now(), kind, title: "A title", ...what };
  });
  const { lease: client } = agent.client;
  await call(client.reportEvents.bind(client), { lease, events }, jobToken);
}

async function end(agent: ScriptedAgent, { lease, jobToken }: Begun, failure: object): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(failure));
  await agent.complete(lease, jobToken, "", { outcome: "failed", failure: bytes });
}
