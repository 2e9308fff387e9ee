import { expect, test } from "vitest";
import { call } from "../../../src/agent/connection/controller-client.ts";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import type { CacheUse } from "../../../src/protocol/cache-use.ts";
import { testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild } from "../../support/finished-build.ts";

const HIT: CacheUse = { cache: "node-modules", result: "hit", files: 3, bytes: 4_000, tookMs: 20, savedMs: 9_000 };

test("what a step restored is told with the step; what an agent says of it that can't be read is left out", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id, lease, jobToken } = await begunBuild(controller, agent);
  const details = [
    JSON.stringify(HIT),
    "{",
    JSON.stringify({ ...HIT, cache: "all" }),
    JSON.stringify({ ...HIT, files: -1 }),
  ];
  const events = [
    { kind: "step-started", detail: "" },
    ...details.map((detail) => ({ kind: "cache", detail })),
    { kind: "step-finished", detail: "" },
  ].map((event, index) => ({
    ...event,
    seq: index + 2,
    atMs: Date.now(),
    step: "install",
    title: "Install dependencies",
    outcome: event.kind === "step-started" ? "" : "ok",
  }));
  const client = agent.client.lease;
  await call(client.reportEvents.bind(client), { lease, events }, jobToken);
  const { steps } = (await controller.api("GET", `/builds/${id}`)).body as BuildDetails;
  const install = steps.find((step) => step.id === "install");
  expect(install).toMatchObject({ state: "ok", caches: [HIT] });
});
