import { expect, test } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import type { Toolchain } from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";
import { type TestController, testController } from "../../support/controller.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

function xcode(version: string, more: Partial<Toolchain> = {}): Toolchain {
  const path = `/Applications/Xcode-${version}.app`;
  const usual = { build: "1A1", lacking: "", sdks: [version], beta: false, preferred: false };
  return { kind: "xcode", version, path, ...usual, ...more };
}

/** An agent on a Mac with these Xcodes, session open. */
async function mac(controller: TestController, name: string, toolchains: Toolchain[], targetPlatforms: string[] = []) {
  const agent = new ScriptedAgent(controller);
  const ready = toolchains.some(({ lacking }) => lacking === "");
  const ios = { platform: "ios", supported: ready, lacking: ready ? "" : "No Xcode was found." };
  agent.capability = {
    ...agent.capability,
    os: "darwin",
    toolchains,
    platforms: [...agent.capability.platforms.filter(({ platform }) => platform !== "ios"), ios],
    targetPlatforms,
  };
  await agent.open(name, `machine of ${name}`);
  return agent;
}

async function ask(controller: TestController, targetPlatform?: string, platform = "ios") {
  const buildType = platform === "ios" ? "simulator" : "debug";
  const request = { kind: "package", platform, buildType, commit: "main", targetPlatform };
  const { status, body } = await controller.api("POST", "/apps/shop/builds", request);
  const answer = body as { id?: number; error?: { code: string; why: string; detail?: string } };
  return { status, id: answer.id ?? 0, ...answer.error };
}

async function withApp(): Promise<TestController> {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "shop", gitUrl: "https://example.test/shop.git" });
  return controller;
}

const offered = async (agent: ScriptedAgent) => (await agent.sync([], 9)).offers.map(({ lease }) => lease?.buildId);

test("A build goes only to an agent whose Xcodes are what it asks for, in whatever way it asks", async () => {
  const controller = await withApp();
  const old = await mac(controller, "old", [xcode("15.4")]);
  const newer = await mac(controller, "newer", [xcode("26.0"), xcode("16.2")], ["lab"]);
  const forNewer: number[] = [];
  for (const target of ["macOS - 2026.10 (Xcode 26.0)", "Xcode 16.2"])
    forNewer.push((await ask(controller, target)).id);
  const forOld = (await ask(controller, "Xcode >=15 <16")).id;
  const lab = (await ask(controller, "lab")).id;
  const any = (await ask(controller, "15.x || 26")).id;
  const apk = (await ask(controller, "xcode 26", "android")).id;
  expect(await offered(old)).toEqual([forOld, any]);
  expect(await offered(newer)).toEqual([forNewer[0], forNewer[1]]); // it has two slots
  expect([lab, apk].every((id) => id > 0)).toBe(true);
  const waiting = await controller.build(lab);
  expect(waiting.waitingFor).toContain("Waiting for an agent that builds for ios on lab: newer is");
  expect(waiting.waitingFor).toContain("Others can't take it: old: doesn't offer lab");
});

test("What no agent has is refused with what there is, also what is there and can't be used", async () => {
  const controller = await withApp();
  const lacking = "its licence is not accepted (sudo xcodebuild -license accept)";
  await mac(controller, "mini", [xcode("16.2"), xcode("26.1", { beta: true }), xcode("26.0", { lacking })], ["lab"]);
  const refused = await ask(controller, "macOS - 2026.10 (Xcode 26.0)");
  // The beta of 26.1 is not 26.0, and 26.0 is there but not ready.
  expect(refused).toMatchObject({ status: 400, code: "TARGET_PLATFORM_UNKNOWN" });
  expect(refused.why).toBe("The agents offer: lab, Xcode 16.2, Xcode 26.1 beta.");
  expect(refused.detail).toBe(`mini: has Xcode 16.2, Xcode 26.1 beta, Xcode 26.0 (can't be used: ${lacking})`);
  expect(await ask(controller, "Lab")).toMatchObject({ code: "TARGET_PLATFORM_UNKNOWN" });
  expect((await ask(controller, "Xcode 26.1")).status).toBe(201);
  const { body } = await controller.api("GET", "/target-platforms");
  expect(body).toEqual({ targetPlatforms: ["lab", "Xcode 16.2", "Xcode 26.1 beta"], defined: [] });
  const { agents } = (await controller.api("GET", "/agents")).body as { agents: Agent[] };
  expect(agents[0]?.toolchains[2]).toMatchObject({ version: "26.0", build: "1A1", sdks: ["26.0"], lacking });
});

test("A build waits for the Xcode that went away, says so, and goes on when it is back", async () => {
  const controller = await withApp();
  const agent = await mac(controller, "mini", [xcode("26.0")]);
  const { id } = await ask(controller, "Xcode 26.0");
  const have = async (...toolchains: Toolchain[]) => {
    agent.capability = { ...agent.capability, toolchains };
    return (await agent.sync([], 1, agent.capability)).offers.map(({ lease }) => lease?.buildId);
  };
  expect(await have(xcode("16.2"))).toEqual([]);
  const { waitingFor } = await controller.build(id);
  expect(waitingFor).toBe("No agent can build for ios on Xcode 26.0. mini: has Xcode 16.2");
  expect(await have(xcode("16.2"), xcode("26.0"))).toEqual([id]);
});

const IOS = { platform: "ios", buildType: "simulator" };

test("A defined target platform asks for what its definition says, and the agent is told the Xcode", async () => {
  const controller = await withApp();
  const ground = new QueueGround(controller);
  const old = await new Worker(controller, 1).open("old", { mac: ["16.2"], names: ["lab"] });
  const newer = await new Worker(controller, 1).open("newer", { mac: ["16.2", "26.0"] });
  const linux = await new Worker(controller, 1).open("linux", { names: ["lab"] });
  const stack = "macOS - 2020.11 (Xcode 12.1)";
  const written = await ground.send("PUT", `/target-platforms/${encodeURIComponent(stack)}`, {
    os: "macos",
    xcode: "26",
  });
  expect(written).toEqual({ name: stack, os: "macos", xcode: "26", preferred: false, retired: false, position: 1 });
  await ground.send("PUT", "/target-platforms/quiet", { os: "macos", label: "lab", notice: "Moves in May." });
  const forNewer = await ground.ask("shop", { ...IOS, targetPlatform: stack });
  const { id: forOld, notice } = await ground.asked("shop", { targetPlatform: "quiet" });
  expect(notice).toBe("Moves in May.");
  expect(await linux.offered()).toEqual([]); // it promises the label and is no Mac
  expect(await old.offered()).toEqual([forOld]);
  const offer = (await newer.agent.sync()).offers[0]?.lease;
  expect(offer?.buildId).toBe(forNewer);
  const { spec } = await newer.agent.accept(offer as NonNullable<typeof offer>);
  expect(spec).toMatchObject({ targetPlatform: stack, xcode: "26" });
  const list = (await ground.send("GET", "/target-platforms")) as { targetPlatforms: string[]; defined: object[] };
  expect(list.targetPlatforms).toEqual([stack, "quiet", "lab", "Xcode 16.2", "Xcode 26.0"]);
  expect(list.defined).toHaveLength(2);
});

test("A retired one is refused with its notice, one that no agent fulfils with what each lacks", async () => {
  const ground = new QueueGround(await withApp());
  await new Worker(ground.controller, 1).open("mini", { mac: ["16.2"] });
  const notice = "It ended in June. Ask for macOS - 2026.10.";
  await ground.send("PUT", "/target-platforms/old", { os: "macos", retired: true, notice });
  await ground.send("PUT", "/target-platforms/new", { os: "macos", xcode: "26.0" });
  expect(await ground.refused("shop", { targetPlatform: "old" })).toMatchObject({
    code: "TARGET_PLATFORM_RETIRED",
    why: notice,
  });
  expect(await ground.refused("shop", { ...IOS, targetPlatform: "new" })).toMatchObject({
    code: "TARGET_PLATFORM_UNAVAILABLE",
    why: "mini: has Xcode 16.2.",
  });
  const unknown = await ground.refused("shop", { targetPlatform: "newest" });
  expect(unknown).toMatchObject({ code: "TARGET_PLATFORM_UNKNOWN" });
  expect(unknown.why).toBe("There are: new. The agents offer: Xcode 16.2.");
  await ground.send("DELETE", "/target-platforms/old");
  expect(await ground.refused("shop", { targetPlatform: "old" })).toMatchObject({ code: "TARGET_PLATFORM_UNKNOWN" });
});

test("Who names none gets the preferred one of the platform's system; there is one of each system", async () => {
  const ground = new QueueGround(await withApp());
  await ground.send("PUT", "/target-platforms/first", { os: "linux", preferred: true });
  await ground.send("PUT", "/target-platforms/second", { os: "linux", preferred: true });
  await ground.send("PUT", "/target-platforms/mac", { os: "macos", preferred: true, xcode: "26" });
  const { defined } = (await ground.send("GET", "/target-platforms")) as {
    defined: { name: string; preferred: boolean }[];
  };
  expect(defined.filter(({ preferred }) => preferred).map(({ name }) => name)).toEqual(["second", "mac"]);
  expect(await ground.asked("shop")).toMatchObject({ targetPlatform: "second" });
  expect(await ground.asked("shop", { kind: "deploy", platform: null, buildType: null })).toMatchObject({
    targetPlatform: "second",
  });
  expect(await ground.asked("shop", { ...IOS, targetPlatform: null })).toMatchObject({ targetPlatform: "mac" });
  expect(await (await new Worker(ground.controller, 9).open("mini", { mac: ["26.0"] })).offered()).toEqual([3]);
  expect(await (await new Worker(ground.controller, 9).open("tux")).offered()).toEqual([1, 2]);
});

test("Names of Appflow's form need no definition: the system decides, and the Xcode where one is named", async () => {
  const ground = new QueueGround(await withApp());
  const takes: [string, string[]][] = [
    ["Linux - 2024.10", ["tux"]],
    ["macOS - 2023.10 - Apple silicon", ["old", "new"]],
    ["macOS - 2026.10 (Xcode 26.0)", ["new"]],
    ["iOS - Xcode 11 (Preferred)", ["old", "new"]],
    ["Android", ["tux", "old", "new"]],
  ];
  const hosts = { tux: {}, old: { mac: ["16.2"] }, new: { mac: ["26.0"] } };
  for (const [targetPlatform, names] of takes) {
    const id = await ground.ask("shop", { targetPlatform });
    const { agents } = (await ground.send("GET", `/builds/${id}/explain`)) as { agents: object[] };
    if (agents.length === 0)
      for (const [name, host] of Object.entries(hosts)) await new Worker(ground.controller, 1).open(name, host);
    const explained = (await ground.send("GET", `/builds/${id}/explain`)) as {
      agents: { agent: string; fits: boolean }[];
    };
    const fitting = explained.agents.filter(({ fits }) => fits).map(({ agent }) => agent);
    expect(fitting.sort(), targetPlatform).toEqual([...names].sort());
  }
  expect(await ground.refused("shop", { ...IOS, targetPlatform: "Linux - 2024.10" })).toMatchObject({
    code: "TARGET_PLATFORM_UNSUITABLE",
  });
});

test("Definitions are checked field by field", async () => {
  const { api } = await withApp();
  const faults: [object, string][] = [
    [{}, "os"],
    [{ os: "windows" }, "os"],
    [{ os: "linux", xcode: "26" }, "xcode"],
    [{ os: "macos", xcode: "newest" }, "xcode"],
    [{ os: "macos", preferred: true, retired: true }, "preferred"],
    [{ os: "macos", position: -1 }, "position"],
    [{ os: "macos", colour: "blue" }, "colour"],
  ];
  for (const [request, field] of faults) {
    const { status, body } = await api("PUT", "/target-platforms/x", request);
    expect(status, field).toBe(400);
    expect((body as { error: { why: string } }).error.why, field).toContain(field);
  }
  const missing = await api("DELETE", "/target-platforms/x");
  expect(missing.status).toBe(404);
});
