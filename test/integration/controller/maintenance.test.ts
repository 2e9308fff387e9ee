import { expect, test } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import type { MaintenanceRequest, MaintenanceWindow } from "../../../src/protocol/maintenance-api.ts";
import type { BuildExplanation } from "../../../src/protocol/queue-api.ts";
import { testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { person } from "../../support/people.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const HOUR = 3_600_000;
const iso = (inMs: number) => new Date(Date.now() + inMs).toISOString();

async function prepared() {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("team", null, "shop");
  const add = (request: MaintenanceRequest) => ground.send<MaintenanceWindow>("POST", "/maintenance", request);
  const agentOf = async (name: string) => {
    const { agents } = await ground.send<{ agents: Agent[] }>("GET", "/agents");
    return agents.find((agent) => agent.name === name);
  };
  return { controller, ground, add, agentOf };
}

test("In a window an agent is given nothing new and its build goes on; when it ends, it works again by itself", async () => {
  const { controller, ground, add, agentOf } = await prepared();
  const worker = await new Worker(controller, 2).open("tux");
  const first = await ground.ask("shop");
  expect(await worker.work()).toEqual([first]);
  const window = await add({ agent: "tux", until: iso(2_500), timeZone: "Europe/Berlin", reason: "new disk" });
  expect(window).toMatchObject({ agent: "tux", open: true, timeZone: "Europe/Berlin", by: "admin" });
  const second = await ground.ask("shop");
  expect(await worker.offered()).toEqual([]);
  const told = /^in maintenance until \w{3} \d{4}-\d\d-\d\d \d\d:\d\d Europe\/Berlin: new disk$/;
  const explained = await ground.send<BuildExplanation>("GET", `/builds/${second}/explain`);
  expect(explained.agents[0]).toMatchObject({ fits: true, because: "maintenance", state: "maintenance" });
  expect(explained.agents[0]?.reason.replace(/^is /, "")).toMatch(told);
  expect(explained.remedies.join()).toContain(`millwright agents maintenance remove ${window.id}`);
  expect(await agentOf("tux")).toMatchObject({
    state: "maintenance",
    running: [first],
    maintenance: { id: window.id, reason: "new disk", by: "admin", until: window.until },
  });
  const metrics = await (await fetch(`${controller.httpUrl}/metrics`)).text();
  expect(metrics).toContain('millwright_controller_agent_maintenance{agent="tux"} 1');
  expect(metrics).toContain('millwright_controller_agent_state{agent="tux",state="maintenance"} 1');
  await worker.end(first);
  expect(await ground.status(first, second)).toEqual(["success", "queued"]);
  await eventually("the window ends", async () => {
    return (await worker.work()).includes(second);
  });
  expect((await agentOf("tux"))?.maintenance).toBe(undefined);
  expect(await ground.send("GET", "/maintenance")).toEqual({ windows: [] });
});

test("A window that has not begun changes nothing yet, and begins by itself", async () => {
  const { controller, ground, add, agentOf } = await prepared();
  const worker = await new Worker(controller, 5).open("tux");
  await add({ agent: "tux", from: iso(1_500), until: iso(HOUR) });
  expect(await agentOf("tux")).toMatchObject({ state: "ready" });
  const id = await ground.ask("shop");
  expect(await worker.work()).toEqual([id]);
  await eventually("the window begins", async () => (await agentOf("tux"))?.state === "maintenance");
  await ground.ask("shop");
  expect(await worker.offered()).toEqual([]);
});

test("Whatever an agent asked for just before, a build that comes after the answer stays in the queue", async () => {
  const { controller, ground, add } = await prepared();
  const worker = await new Worker(controller, 500).open("tux");
  for (let round = 0; round < 5; round += 1) {
    const asking = Array.from({ length: 20 }, () => worker.offered());
    const { id } = await add({ until: iso(HOUR) });
    const late = await ground.ask("shop");
    expect((await Promise.all(asking)).flat()).not.toContain(late);
    expect(await ground.status(late)).toEqual(["queued"]);
    await ground.send("POST", `/builds/${late}/cancel`);
    await ground.send("DELETE", `/maintenance/${id}`);
  }
});

test("A window of all agents holds for one that connects later, and its removal lets all go on at once", async () => {
  const { controller, ground, add } = await prepared();
  const window = await add({ weekly: "daily 00:00-24:00", timeZone: "Europe/Berlin" });
  const worker = await new Worker(controller, 1).open("late");
  const id = await ground.ask("shop");
  expect(await worker.offered()).toEqual([]);
  const { entries } = await ground.send<{ entries: AuditEntry[] }>("GET", "/audit?kind=agent");
  expect(entries[0]).toMatchObject({ name: "all agents", detail: "maintenance daily 00:00-24:00 Europe/Berlin" });
  await ground.send("DELETE", `/maintenance/${window.id}`);
  expect(await worker.work()).toEqual([id]);
});

test("What is no window is refused with what was expected, and only operators make them", async () => {
  const { controller, ground } = await prepared();
  await new Worker(controller, 1).open("tux");
  const refused = async (body: object) => {
    const answer = await controller.api("POST", "/maintenance", body);
    return `${answer.status} ${(answer.body as { error: { why: string } }).error.why}`;
  };
  expect(await refused({})).toMatch(/^400 .*expected either weekly or until/);
  expect(await refused({ weekly: "Sunday night" })).toMatch(/^400 .*weekly: expected a time of the week/);
  expect(await refused({ weekly: "Sun 02:00-04:00", timeZone: "Mars/Olympus" })).toMatch(/^400 .*timeZone: expected/);
  expect(await refused({ until: iso(-1000) })).toMatch(/^400 .*until: expected a time after from/);
  expect(await refused({ from: iso(HOUR), until: iso(HOUR / 2) })).toMatch(/^400 .*until: expected a time after from/);
  expect(await refused({ agent: "nobody", until: iso(HOUR) })).toMatch(/^404 .*tux/);
  expect((await controller.api("DELETE", "/maintenance/m0")).status).toBe(404);
  const { api } = await person(controller, "dev@example.test", { team: "admin" });
  expect((await api("POST", "/maintenance", { until: iso(HOUR) })).status).toBe(403);
  expect((await api("DELETE", "/maintenance/m0")).status).toBe(403);
  expect((await api("GET", "/maintenance")).status).toBe(200);
  expect(await ground.send("GET", "/maintenance")).toEqual({ windows: [] });
});

test("An agent that is off in its window is offline, and its alert knows of the window", async () => {
  const { controller, ground, add, agentOf } = await prepared();
  const worker = await new Worker(controller, 1).open("tux");
  await add({ agent: "tux", until: iso(HOUR), reason: "moves to another rack" });
  await worker.agent.closeSession();
  await eventually("it is offline", async () => (await agentOf("tux"))?.state === "offline");
  expect(await agentOf("tux")).toMatchObject({ maintenance: { reason: "moves to another rack" } });
  const id = await ground.ask("shop");
  const { agents } = await ground.send<BuildExplanation>("GET", `/builds/${id}/explain`);
  expect(agents[0]?.reason).toMatch(/^is offline, and in maintenance until .*: moves to another rack$/);
  const metrics = await (await fetch(`${controller.httpUrl}/metrics`)).text();
  expect(metrics).toContain('millwright_controller_agent_maintenance{agent="tux"} 1');
});
