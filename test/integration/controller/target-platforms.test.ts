import { expect, test } from "vitest";
import type { Agent } from "../../../src/protocol/api.ts";
import type { Toolchain } from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";
import { type TestController, testController } from "../../support/controller.ts";
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
  expect(body).toEqual({ targetPlatforms: ["lab", "Xcode 16.2", "Xcode 26.1 beta"] });
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
