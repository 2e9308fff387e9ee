import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import type { Agent } from "../../../src/protocol/api.ts";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import type { AgentFit, BuildExplanation } from "../../../src/protocol/queue-api.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { person } from "../../support/people.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const LONG = 60_000;
const UPDATE = { kind: "pause", reason: "Xcode update" };

async function withApp(controller: TestController): Promise<QueueGround> {
  const ground = new QueueGround(controller);
  await ground.account("team", null, "shop");
  return ground;
}

const hold = (ground: QueueGround, agent: string, body: object = UPDATE) =>
  ground.send<Agent>("PUT", `/agents/${agent}/hold`, body);
const resume = (ground: QueueGround, agent: string) => ground.send<Agent>("DELETE", `/agents/${agent}/hold`);
const explained = (ground: QueueGround, id: number) => ground.send<BuildExplanation>("GET", `/builds/${id}/explain`);

async function agentOf(ground: QueueGround, name: string): Promise<Agent | undefined> {
  const { agents } = await ground.send<{ agents: Agent[] }>("GET", "/agents");
  return agents.find((agent) => agent.name === name);
}

test("A paused agent is given nothing new, its running build goes on, and it works again once it is resumed", async () => {
  const ground = await withApp(await testController());
  const worker = await new Worker(ground.controller, 2).open("tux");
  const first = await ground.ask("shop");
  expect(await worker.work()).toEqual([first]);
  const paused = await hold(ground, "tux");
  expect(paused).toMatchObject({ state: "paused", running: [first] });
  expect(paused.hold).toEqual({ ...UPDATE, by: "admin", at: expect.stringMatching(/^20.*Z$/), done: false });
  const second = await ground.ask("shop");
  expect(await worker.offered()).toEqual([]);
  await worker.end(first);
  expect(await ground.status(first, second)).toEqual(["success", "queued"]);
  expect(await worker.offered()).toEqual([]);
  expect(await resume(ground, paused.id)).toMatchObject({ state: "ready" });
  expect((await agentOf(ground, "tux"))?.hold).toBe(undefined);
  expect(await worker.work()).toEqual([second]);
});

test("Whatever an agent asked for just before, a build that comes after the answer to the pause stays in the queue", async () => {
  const ground = await withApp(await testController());
  const worker = await new Worker(ground.controller, 500).open("tux");
  for (let round = 0; round < 8; round += 1) {
    const asking = Array.from({ length: 20 }, () => worker.offered());
    await hold(ground, "tux");
    const late = await ground.ask("shop");
    const offered = await Promise.all(asking);
    expect(offered.flat()).not.toContain(late);
    expect(await ground.status(late)).toEqual(["queued"]);
    await ground.send("POST", `/builds/${late}/cancel`);
    await resume(ground, "tux");
  }
});

test("The claim itself finds the hold, whatever was known of the agent when it began", async () => {
  const data = temporaryFolder();
  const controller = await testController({}, data);
  const ground = await withApp(controller);
  await new Worker(controller, 2).open("tux");
  const id = await ground.ask("shop");
  await controller.close();
  const store = createStore(await openStoreOf(data), systemClock);
  onTestFinished(() => store.close());
  const agent = await store.agents.findByName("tux");
  if (!agent) throw new Error("tux is not there");
  const claim = (whenHeld: () => void) =>
    store.leases.claim({
      agentId: agent.id,
      sessionEpoch: agent.session_epoch,
      slots: 2,
      freeSlots: 2,
      platforms: ["android"],
      meets: () => true,
      whenHeld,
    });
  let told = 0;
  const author = { actor: "admin", at: 1 };
  await store.agents.setHold(agent, { kind: "pause", reason: "", by: "admin", at: new Date(1).toISOString() }, author);
  expect([await claim(() => told++), told]).toEqual([[], 1]);
  await store.agents.setHold(agent, undefined, author);
  expect(await claim(() => told++)).toMatchObject([{ buildId: id }]);
  expect(told).toBe(1);
});

test("Resuming wakes the agent at once, and while it is held a new build wakes it for nothing no more", async () => {
  const ground = await withApp(await testController({ syncIdleMs: LONG }));
  const worker = await new Worker(ground.controller, 1).open("tux");
  const woken = worker.agent.watch();
  await eventually("its stream is open", () => woken() === 1);
  expect(await worker.work()).toEqual([]);
  const other = await new Worker(ground.controller, 1).open("other");
  const otherWoken = other.agent.watch();
  await eventually("the other's is too", () => otherWoken() === 1);
  expect(await other.work()).toEqual([]);
  await hold(ground, "tux");
  const id = await ground.ask("shop");
  await eventually("the other one is woken", () => otherWoken() === 2);
  expect(woken()).toBe(1);
  await worker.offered(); // asks by itself: still it is not counted among those that wait
  await ground.ask("shop");
  await eventually("the other one is woken again", () => otherWoken() === 3);
  expect(woken()).toBe(1);
  await resume(ground, "tux");
  await eventually("it is woken", () => woken() === 2);
  expect(await worker.work()).toEqual([id]);
});

test("A held agent is no better fit: a Mac takes what Linux would have got", async () => {
  const controller = await testController({ betterFitMs: LONG });
  const ground = await withApp(controller);
  const waiting = async (name: string, mac?: string[]) => {
    const worker = await new Worker(controller, 1).open(name, mac ? { mac } : {});
    const woken = worker.agent.watch();
    await eventually("its stream is open", () => woken() === 1);
    await worker.work();
    return worker;
  };
  await waiting("linux");
  const mac = await waiting("mac", ["26.0"]);
  const left = await ground.ask("shop");
  expect(await mac.work()).toEqual([]);
  await hold(ground, "linux");
  expect(await mac.work()).toEqual([left]);
});

test("A hold outlives a new session of its agent and a restart of the controller", async () => {
  const data = temporaryFolder();
  const before = await testController({}, data);
  const ground = await withApp(before);
  await new Worker(before, 1).open("tux");
  await hold(ground, "tux", { kind: "drain", reason: "" });
  const id = await ground.ask("shop");
  const again = await new Worker(before, 1).open("tux");
  expect(await again.offered()).toEqual([]);
  await before.close();

  const after = new QueueGround(await testController({}, data));
  const worker = await new Worker(after.controller, 1).open("tux");
  expect(await worker.offered()).toEqual([]);
  expect(await agentOf(after, "tux")).toMatchObject({ state: "draining", hold: { kind: "drain", done: true } });
  await resume(after, "tux");
  expect(await worker.work()).toEqual([id]);
});

test("A draining agent is done when its last build has ended, and a closed one is offline and still held", async () => {
  const ground = await withApp(await testController());
  const worker = await new Worker(ground.controller, 2).open("tux");
  const id = await ground.ask("shop");
  expect(await worker.work()).toEqual([id]);
  expect(await hold(ground, "tux", { kind: "drain", reason: "new disk" })).toMatchObject({
    state: "draining",
    hold: { kind: "drain", reason: "new disk", done: false },
  });
  await worker.end(id);
  expect(await agentOf(ground, "tux")).toMatchObject({ state: "draining", hold: { done: true } });
  const waits = await ground.ask("shop");
  expect((await explained(ground, waits)).agents[0]?.reason).toBe("is drained by admin: new disk");
  await worker.agent.closeSession();
  expect(await agentOf(ground, "tux")).toMatchObject({ state: "offline", hold: { done: true } });
  const { agents, remedies } = await explained(ground, waits);
  expect(agents[0]).toMatchObject({ because: "offline", reason: "is offline, and drained by admin: new disk" });
  expect(remedies).toEqual([
    "The agent on tux is started, or can reach the controller again.",
    "An operator lets tux go on: millwright agents resume tux",
  ]);
});

test("Who asks why a build waits is told who paused the agent, and why; a paused agent counts as one that there is", async () => {
  const controller = await testController();
  const ground = await withApp(controller);
  const ops = await person(controller, "ops@example.com", {}, true);
  const mini = await new Worker(controller, 1).open("mini-2", { mac: ["26.0"] });
  await new Worker(controller, 1).open("tux");
  expect((await ops.api("PUT", "/agents/mini-2/hold", { ...UPDATE, reason: "Xcode update." })).status).toBe(200);
  const id = await ground.ask("shop", { platform: "ios", buildType: "simulator", targetPlatform: "Xcode 26.0" });
  expect(await mini.offered()).toEqual([]);
  const { summary, agents, remedies } = await explained(ground, id);
  expect(summary).toBe(
    "Waiting for an agent that builds for ios on Xcode 26.0: mini-2 is paused by ops@example.com: Xcode update. " +
      "It is the next. Others can't take it: tux: not a Mac",
  );
  expect(agents.find(({ agent }) => agent === "mini-2")).toMatchObject({ fits: true, because: "paused" });
  expect(remedies).toEqual(["An operator lets mini-2 go on: millwright agents resume mini-2"]);
});

test("Only operators hold and resume agents, each change is in the audit, and an unknown agent is not found", async () => {
  const controller = await testController();
  const ground = await withApp(controller);
  await new Worker(controller, 1).open("tux");
  const anna = await person(controller, "anna@example.com", { team: "admin" });
  for (const method of ["PUT", "DELETE"]) {
    const { status, body } = await anna.api(method, "/agents/tux/hold", method === "PUT" ? UPDATE : undefined);
    expect([method, status, (body as { error: { code: string } }).error.code]).toEqual([method, 403, "NOT_ALLOWED"]);
  }
  expect((await agentOf(ground, "tux"))?.state).toBe("ready");
  await hold(ground, "tux");
  await hold(ground, "tux", { kind: "drain" });
  await resume(ground, "tux");
  expect(await resume(ground, "tux")).toMatchObject({ name: "tux", state: "ready" });
  const { entries } = await ground.send<{ entries: AuditEntry[] }>("GET", "/audit?kind=agent");
  expect(entries.map(({ actor, action, name, detail }) => [actor, action, name, detail])).toEqual([
    ["admin", "written", "tux", "resumed"],
    ["admin", "written", "tux", "draining"],
    ["admin", "written", "tux", "paused: Xcode update"],
  ]);
  expect((await anna.api("GET", "/audit?kind=agent")).body).toMatchObject({ entries: [] });
  const nothing = await controller.api("PUT", "/agents/tox/hold", UPDATE);
  expect([nothing.status, JSON.stringify(nothing.body)]).toEqual([404, expect.stringContaining("There are: tux.")]);
  for (const body of [{ kind: "stop" }, { kind: "pause", reason: "a\nb" }, { ...UPDATE, until: "noon" }, {}])
    expect((await controller.api("PUT", "/agents/tux/hold", body)).status).toBe(400);
});

test("Which agents fit a target platform is told with the reason of each that doesn't", async () => {
  const ground = await withApp(await testController());
  await new Worker(ground.controller, 1).open("new", { mac: ["26.0"] });
  await new Worker(ground.controller, 1).open("old", { mac: ["16.2"] });
  await new Worker(ground.controller, 1).open("tux");
  await hold(ground, "new");
  const fitting = async (query: string) =>
    (await ground.send<{ agents: AgentFit[] }>("GET", `/target-platforms/fit?${query}`)).agents.map((each) => [
      each.agent,
      each.fits,
      each.reason,
    ]);
  expect(await fitting("platform=ios&targetPlatform=Xcode+26.0")).toEqual([
    ["new", true, "is paused by admin: Xcode update"],
    ["old", false, "has Xcode 16.2"],
    ["tux", false, "not a Mac"],
  ]);
  // What no agent has is an answer here, not a refusal.
  expect((await fitting("platform=ios&targetPlatform=Xcode+27")).map(([, fits]) => fits)).toEqual([
    false,
    false,
    false,
  ]);
  expect((await fitting("platform=web&targetPlatform=")).map(([, fits]) => fits)).toEqual([true, true, true]);
  const refused = async (query: string) => {
    const { status, body } = await ground.controller.api("GET", `/target-platforms/fit?${query}`);
    return [status, (body as { error: { code: string } }).error.code];
  };
  expect(await refused("platform=ios&targetPlatform=Windows+95")).toEqual([400, "TARGET_PLATFORM_UNKNOWN"]);
  expect(await refused("platform=tv")).toEqual([400, "REQUEST_INVALID"]);
  expect(await agentOf(ground, "tux")).toMatchObject({ arch: "x64", cores: 2, memoryBytes: 8 * 2 ** 30 });
});
