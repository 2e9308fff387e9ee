import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { MillwrightError } from "../../../../src/base/errors/millwright-error.ts";
import type { Logger } from "../../../../src/base/observe/logger.ts";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { createControllerMetrics } from "../../../../src/controller/metrics.ts";
import { DEFAULT_TIMING } from "../../../../src/controller/services.ts";
import { createStore } from "../../../../src/controller/store/store.ts";
import { BuildTraces } from "../../../../src/controller/tracing/build-traces.ts";
import type { SendSpans } from "../../../../src/controller/tracing/plain-span.ts";
import type { LeaseRef } from "../../../../src/protocol/job-folder/spec.ts";
import { Collector } from "../../../support/collector.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { agentWithApp, begunBuild, DEPLOY, finishedBuild } from "../../../support/finished-build.ts";
import { postgresTest, usePostgres } from "../../../support/postgres.ts";
import { Replicas } from "../../../support/replicas.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";

const CLI = "dist/cli/main.js";
const QUICK = { tracesMs: 20 };
const postgres = usePostgres();

test("builds end as ever while the collector is away; a metric says what waits, and all of it is sent once it is back", async () => {
  const collector = await Collector.open();
  collector.configure();
  collector.answer = 400; // of the answers of a collector the one that is not tried again by the exporter
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller);
  const ids: number[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await finishedBuild(controller, agent)).id);
  await eventually("the metric tells of three traces", async () =>
    (await metricsOf(controller)).includes("millwright_controller_traces_waiting 3"),
  );
  expect(await metricsOf(controller)).toMatch(/traces_total\{outcome="failed"\} \d/);
  collector.answer = 200;
  await eventually("all traces have come", () => ids.every((id) => collector.trace(id).length >= 3), 30_000);
  await eventually("none waits", async () =>
    (await metricsOf(controller)).includes("millwright_controller_traces_waiting 0"),
  );
  expect(collector.spans.filter(({ name }) => name.startsWith("BUILD"))).toHaveLength(3);
});

test("of more traces than may wait the oldest are dropped, and the log and a metric say so; the outage is told of once", async () => {
  const collector = await Collector.open();
  collector.configure();
  collector.answer = 400;
  const controller = await testController(QUICK);
  const agent = await agentWithApp(controller);
  const ids: number[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await finishedBuild(controller, agent)).id);
  await controller.close();
  const store = createStore(await openStoreOf(controller.data), systemClock);
  onTestFinished(() => store.close());
  const said: string[] = [];
  const note = (_: object, text: string) => void said.push(text);
  const logger = { warn: note, info: note, error: note } as unknown as Logger;
  const metrics = createControllerMetrics();
  const sent: number[] = [];
  let away = true;
  const send: SendSpans = async ([root]) => {
    if (away) throw new Error("nobody is there");
    sent.push(root?.attributes["millwright.build.id"] as number);
  };
  const timing = { ...DEFAULT_TIMING, ...QUICK };
  const tracing = { installation: "i", send };
  const parts = { store, logger, metrics, timing, tracing, clock: systemClock, publicUrl: () => "http://here" };
  const traces = new BuildTraces(parts, 2);
  traces.start();
  onTestFinished(() => traces.stop());
  const counted = () => metrics.registry.getSingleMetricAsString("millwright_controller_traces_total");
  await eventually("it was tried again", async () => /outcome="failed"\} [3-9]/.test(await counted()));
  expect(await counted()).toContain('outcome="dropped"} 1');
  expect(said).toEqual([expect.stringContaining("took none"), expect.stringContaining("were dropped")]);
  away = false;
  await eventually("the others are sent", () => sent.length === 2);
  expect(sent).toEqual(ids.slice(1));
  expect(said.at(-1)).toContain("takes them again");
});

test("what an address or a protocol would send nowhere is refused at the start", async () => {
  const refused = async (variables: Record<string, string>) => {
    const collector = await Collector.open();
    collector.configure(variables);
    return testController().then(
      () => "",
      (error: unknown) => (error as MillwrightError).failure.code,
    );
  };
  expect(await refused({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" })).toBe("TRACES_UNUSABLE");
  expect(await refused({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toBe("TRACES_UNUSABLE");
});

test("a controller that is killed in the middle, and once more before the collector is there, leaves one whole trace; the log tells of the outage once", async () => {
  const collector = await Collector.open();
  const { port } = collector;
  await collector.close();
  const process = new ControllerProcess(`http://127.0.0.1:${port}`);
  let controller = await process.start();
  const agent = await agentWithApp(controller as TestController);
  const build = await begunBuild(controller as TestController, agent);
  await process.kill();
  controller = await process.start();
  const again = new ScriptedAgent(controller);
  await again.open();
  const held = [{ lease: build.lease, state: 4 as const, step: "", cancelSeen: false }];
  await again.sync(held);
  const { spec } = await again.accept(build.lease);
  expect(spec.traceparent).toBe(build.spec.traceparent);
  expect(await again.complete(build.lease, build.jobToken, "")).toBe(1);
  await eventually("the outage is told of", () => process.said("took none").length === 1, 30_000);
  await process.kill();
  const back = await Collector.open(port);
  await process.start();
  await eventually("the trace has come", () => back.trace(build.id)[0], 90_000);
  const trace = back.trace(build.id);
  expect(trace.map(({ name }) => name).sort()).toEqual(["BUILD demo", "attempt 1", "fetch", "queue"]);
  expect(trace[0]?.traceId).toBe(build.spec.traceparent?.split("-")[1]);
  expect(back.spans).toHaveLength(4);
}, 180_000);

postgresTest("of two controllers on one store only one sends the trace, whichever of them the build met", async () => {
  const collector = await Collector.open();
  collector.configure();
  const replicas = await Replicas.on(postgres, QUICK);
  const [first, second] = (await replicas.startAll(2)) as [TestController, TestController];
  const agent = await agentWithApp(first);
  const other = new ScriptedAgent(second);
  const ids: number[] = [];
  for (let index = 0; index < 4; index += 1) {
    const { id } = (await second.api("POST", "/apps/demo/builds", DEPLOY)).body as { id: number };
    const offer = await eventually("an offer", async () => (await agent.sync()).offers[0]?.lease);
    const { jobToken } = await agent.accept(offer as LeaseRef);
    await agent.begin(offer as LeaseRef, jobToken);
    expect(await other.complete(offer as LeaseRef, jobToken, "")).toBe(1);
    ids.push(id);
  }
  await eventually("all traces have come", () => ids.every((id) => collector.trace(id).length >= 4), 20_000);
  expect(collector.spans.filter(({ name }) => name.startsWith("BUILD"))).toHaveLength(4);
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(4);
});

async function metricsOf({ httpUrl }: TestController): Promise<string> {
  return (await fetch(`${httpUrl}/metrics`)).text();
}

/** A controller as its own process, which can be killed and started again on its data folder. */
class ControllerProcess {
  private readonly data = join(temporaryFolder(), "data");
  private readonly endpoint: string;
  private readonly lines: string[] = [];
  private child: ReturnType<typeof spawn> | undefined;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    mkdirSync(this.data, { recursive: true });
    onTestFinished(() => this.kill());
  }

  async start(): Promise<TestController> {
    const addresses = join(this.data, "addresses.json");
    rmSync(addresses, { force: true });
    const words = ["controller", "--data", this.data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
    const env = {
      PATH: process.env["PATH"],
      OTEL_EXPORTER_OTLP_ENDPOINT: this.endpoint,
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    };
    this.child = spawn(process.execPath, [CLI, ...words], { env, stdio: ["ignore", "ignore", "pipe"] });
    this.child.stderr?.on("data", (bytes: Buffer) => this.lines.push(...bytes.toString().split("\n")));
    const text = await eventually("the controller is ready", () => readFileSync(addresses, "utf8"), 60_000);
    const { http, grpc, caFile } = JSON.parse(text) as { http: string; grpc: string; caFile: string };
    const token = (name: string) => readFileSync(join(this.data, name), "utf8").trim();
    const api = async (method: string, path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${token("admin.token")}`, "content-type": "application/json" };
      const response = await fetch(`${http}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as never, headers: response.headers };
    };
    return { httpUrl: http, grpcAddress: grpc, caFile, agentToken: token("agent.token"), api } as TestController;
  }

  said(words: string): string[] {
    return this.lines.filter((line) => line.includes(words));
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}
