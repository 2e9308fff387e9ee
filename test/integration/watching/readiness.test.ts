import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createAgentMetrics } from "../../../src/agent/health/metrics.ts";
import { openHealthServer } from "../../../src/agent/health/server.ts";
import { type Clock, systemClock } from "../../../src/base/time/clock.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";

interface Readiness {
  ready: boolean;
  reason?: string;
  checks: { name: string; ok: boolean; reason?: string }[];
}

async function readyz(url: string): Promise<{ status: number; body: Readiness }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: (await response.json()) as Readiness };
}

test("a controller that can work says so, and when its key file is another it says which need fails", async () => {
  const controller = await testController();
  const well = await readyz(controller.httpUrl);
  expect(well.status).toBe(200);
  expect(well.body.checks.map(({ name, ok }) => [name, ok])).toEqual(
    ["store", "disk", "clock", "key", "certificate"].map((name) => [name, true]),
  );
  const key = join(controller.data, "secret.key");
  renameSync(key, `${key}.away`);
  await eventually("it isn't ready", async () => (await readyz(controller.httpUrl)).status === 503);
  const gone = await readyz(controller.httpUrl);
  expect(gone.body.reason).toBe(`there is no ${key}`);
  expect((await fetch(`${controller.httpUrl}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${controller.httpUrl}/metrics`)).text()).toContain("millwright_controller_ready 0");
  writeFileSync(key, "no key\n");
  await eventually("the reason is another", async () =>
    /line 1/.test((await readyz(controller.httpUrl)).body.reason ?? ""),
  );
  renameSync(`${key}.away`, key);
  await eventually("it is ready again", async () => (await readyz(controller.httpUrl)).status === 200);
});

test("a clock that was set back is told by the builds that are from the future", async () => {
  let backMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() - backMs,
    monotonic: () => systemClock.monotonic(),
  };
  const controller = await testController({}, undefined, undefined, { clock });
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const build = { kind: "deploy", commit: "main" };
  expect((await controller.api("POST", "/apps/demo/builds", build)).status).toBe(201);
  backMs = 3_600_000;
  await eventually("it isn't ready", async () => (await readyz(controller.httpUrl)).status === 503);
  const { body } = await readyz(controller.httpUrl);
  expect(body.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["clock"]);
  expect(body.reason).toMatch(/the newest build was asked for .* in the future/);
});

test("an agent that can't take builds lists why, and only one that stands still asks to be restarted", async () => {
  let still: string | undefined;
  const health = await openHealthServer("127.0.0.1:0", {
    metrics: createAgentMetrics(),
    sample: async () => {},
    checks: async () => [
      { name: "controller", ok: true },
      { name: "disk", ok: false, reason: "the disk is nearly full: 1 GiB free, 5 GiB needed" },
    ],
    standsStill: () => still,
  });
  try {
    const { status, body } = await readyz(health.url);
    expect(status).toBe(503);
    expect(body).toMatchObject({ ready: false, reasons: ["the disk is nearly full: 1 GiB free, 5 GiB needed"] });
    const alive = await fetch(`${health.url}/healthz`);
    expect(alive.status).toBe(200);
    expect(await alive.json()).toMatchObject({ ok: true, checks: body.checks });
    still = "the agent stands still since 400 seconds";
    const stuck = await fetch(`${health.url}/healthz`);
    expect(stuck.status).toBe(503);
    expect(await stuck.json()).toMatchObject({ ok: false, reason: still });
    expect(await (await fetch(`${health.url}/metrics`)).text()).toContain("millwright_agent_ready 0");
  } finally {
    await health.close();
  }
});
