import { expect, test } from "vitest";
import { call } from "../../../src/agent/connection/controller-client.ts";
import type { BuildTiming } from "../../../src/protocol/timing-api.ts";
import { testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild } from "../../support/finished-build.ts";

test("Where a build's time went: the queue, its steps with their parts, and the upload", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id, lease, jobToken } = await begunBuild(controller, agent);
  const timing = async () => (await controller.api("GET", `/builds/${id}/timing`)).body as BuildTiming;
  const running = await timing();
  expect(running.phases.map(({ kind, state }) => [kind, state])).toEqual([
    ["wait", undefined],
    ["begin", undefined],
    ["step", "running"],
  ]);

  const at = Date.now();
  const event = (seq: number, kind: string, atMs: number, more: object = {}) => {
    return { seq, kind, atMs, step: "fetch", title: "Fetch the commit", outcome: "", detail: "", ...more };
  };
  const events = [
    event(2, "part", at + 700, { title: "git fetch", detail: "700" }),
    event(3, "part", at + 700, { title: "of a later release", detail: "about a second" }),
    event(4, "step-finished", at + 900, { outcome: "ok" }),
    event(5, "later-kind", at + 900),
  ];
  const client = agent.client.lease;
  await call(client.reportEvents.bind(client), { lease, events }, jobToken);
  await agent.append(lease, jobToken, 0, "log");
  expect(await agent.complete(lease, jobToken, "log", { lastEventSeq: 5 })).toBe(1);

  const ended = await timing();
  expect(ended).toMatchObject({ build: id, status: "success" });
  expect(ended.phases.map(({ kind }) => kind)).toEqual(["wait", "begin", "step", "end"]);
  const step = ended.phases[2];
  expect(step).toMatchObject({ id: "fetch", state: "ok", attempt: 1, parts: [{ title: "git fetch", ms: 700 }] });
  expect(step?.ms).toBeGreaterThanOrEqual(850);
  // The host's clock is ahead: nothing is longer than the build, and nothing less than nothing.
  expect(ended.phases.every(({ ms }) => ms >= 0)).toBe(true);
  expect((await controller.api("GET", "/builds/999/timing")).status).toBe(404);
});

test("A build that waits has been waiting since it was asked for", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/demo.git" });
  const { id } = (await controller.api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" })).body as {
    id: number;
  };
  const timing = (await controller.api("GET", `/builds/${id}/timing`)).body as BuildTiming;
  expect(timing.phases.map(({ kind, attempt }) => [kind, attempt])).toEqual([["wait", 1]]);
});
