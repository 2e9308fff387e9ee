import { expect, test } from "vitest";
import type { BuildExplanation } from "../../../src/protocol/queue-api.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";
import { runCli } from "../cli/run-cli.ts";

async function withApp(timing = {}): Promise<QueueGround> {
  const ground = new QueueGround(await testController(timing));
  await ground.account("team", null, "shop");
  return ground;
}

const explained = (ground: QueueGround, id: number) => ground.send<BuildExplanation>("GET", `/builds/${id}/explain`);

test("A pending build names the limit, the builds that use it up, and what would let it begin", async () => {
  const ground = await withApp();
  await ground.setLimit("team", 2);
  const worker = await new Worker(ground.controller, 5).open("tux");
  for (let count = 0; count < 3; count += 1) await ground.ask("shop");
  expect(await worker.work()).toEqual([1, 2]);
  const pending = await explained(ground, 3);
  expect(pending).toMatchObject({
    status: "pending",
    limit: { limit: 2, live: 2, builds: [1, 2] },
    ahead: 0,
    requirement: { platform: "android" },
    agents: [{ agent: "tux", fits: true, state: "ready", reason: "" }],
    remedies: ["A build of the account ends, or its limit of 2 is raised."],
  });
  expect(pending.summary).toBe(
    "The account may have 2 builds at a time: 2 run (1, 2), and others wait before it. " +
      "Waiting for an agent that builds for android: tux is ready. It is the next.",
  );
  expect((await ground.controller.build(3)).waitingFor).toBe(pending.summary);
  expect(await explained(ground, 1)).toMatchObject({ status: "running", summary: "It runs on tux.", agents: [] });
  await worker.end(1);
  expect((await explained(ground, 1)).summary).toBe("It has ended: success.");
});

test("Each agent is told with what it lacks, or what keeps it from taking the build now", async () => {
  const ground = await withApp({ suspectMs: 60_000 });
  const busy = await new Worker(ground.controller, 1).open("busy", { mac: ["26.0"] });
  await new Worker(ground.controller, 1).open("old", { mac: ["16.2"] });
  await new Worker(ground.controller, 1).open("tux");
  const draining = await new Worker(ground.controller, 1).open("draining", { mac: ["26.0"] });
  const gone = await new Worker(ground.controller, 1).open("gone", { mac: ["26.0"] });
  const ios = { platform: "ios", buildType: "simulator", targetPlatform: "macOS - 2026.10 (Xcode 26.0)" };
  expect(await ground.ask("shop", ios)).toBe(1);
  expect(await busy.work()).toEqual([1]);
  await draining.agent.say("draining");
  await gone.agent.closeSession();
  const id = await ground.ask("shop", ios);
  const { agents, remedies, requirement } = await explained(ground, id);
  expect(requirement).toEqual({
    platform: "ios",
    targetPlatform: "macOS - 2026.10 (Xcode 26.0)",
    os: "macos",
    xcode: "26.0",
  });
  expect(agents.sort((a, b) => a.agent.localeCompare(b.agent))).toEqual([
    { agent: "busy", fits: true, state: "busy", because: "busy", reason: "is busy" },
    { agent: "draining", fits: true, state: "draining", because: "draining", reason: "is draining" },
    { agent: "gone", fits: true, state: "offline", because: "offline", reason: "is offline" },
    { agent: "old", fits: false, state: "ready", because: "xcode", reason: "has Xcode 16.2" },
    { agent: "tux", fits: false, state: "ready", because: "platform", reason: "not a Mac" },
  ]);
  expect(remedies).toEqual([
    "A build on busy ends, or it gets more slots.",
    "The agent on gone is started, or can reach the controller again.",
    "The agent on draining is started again after it has stopped.",
  ]);
});

test("With no agent at all, and with none that is able, it says what would have to be there", async () => {
  const ground = await withApp();
  const id = await ground.ask("shop", { platform: "ios", buildType: "simulator", targetPlatform: "Xcode 26.0" });
  expect(await explained(ground, id)).toMatchObject({
    status: "queued",
    agents: [],
    remedies: ["Start one: millwright agent --config FILE"],
  });
  await new Worker(ground.controller, 1).open("old", { mac: ["16.2"] });
  expect(await explained(ground, id)).toMatchObject({
    summary: "No agent can build for ios on Xcode 26.0. old: has Xcode 16.2",
    remedies: [
      "One of the agents gets what it lacks, or another one joins that has it, or another target platform is asked for.",
    ],
  });
  const { status } = await ground.controller.api("GET", "/builds/99/explain");
  expect(status).toBe(404);
});

test("The command prints it for people and as JSON, and target platforms are managed from the command line", async () => {
  const ground = await withApp();
  const environment = environmentOf(ground.controller);
  const run = async (...args: string[]) => {
    const ran = await runCli(args, { environment });
    expect(ran.exitCode, ran.stderr).toBe(0);
    return ran.stdout;
  };
  expect(await run("target-platforms")).toBe("");
  const set = ["target-platforms", "set", "macOS - 2026.10", "--os", "macos", "--xcode", "26", "--preferred"];
  expect(await run(...set)).toBe("Set the target platform macOS - 2026.10: macos, Xcode 26, preferred\n");
  await new Worker(ground.controller, 1).open("mini", { mac: ["26.0"], names: ["lab"] });
  const list = await run("target-platforms", "list");
  expect(list).toMatch(/^NAME +OS +XCODE +LABEL +STATE +NOTICE\nmacOS - 2026\.10 +macos +26 +preferred\n/);
  expect(list).toContain("The agents offer: lab, Xcode 26.0\n");
  const id = await ground.ask("shop", { platform: "ios", buildType: "simulator" });
  const text = await run("explain", `${id}`);
  expect(text).toContain(`Build ${id} is queued.\n`);
  expect(text).toContain("It needs a host for ios with macOS, Xcode 26 (macOS - 2026.10).\n");
  expect(text).toMatch(/^mini +ready +yes$/m);
  expect(JSON.parse(await run("explain", `${id}`, "--json"))).toEqual(await explained(ground, id));
  expect(await run("target-platforms", "remove", "macOS - 2026.10")).toContain("Removed");
  const refused = await runCli(["target-platforms", "set", "x", "--os", "windows"], { environment });
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("There is no system windows.")]);
});

function environmentOf(controller: TestController) {
  return { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
}
