import { expect, test } from "vitest";
import { IdleAgents } from "../../../src/controller/agents/idle-agents.ts";
import { Spared } from "../../../src/controller/agents/spared.ts";
import type { AgentRow } from "../../../src/controller/store/tables.ts";

const ANDROID = { platform: "android", requirement: {} };
const IOS = { platform: "ios", requirement: {} };

/** Free slots by agent; those whose name begins with "mac" are Macs. The last one asks. */
function ground(slots: Record<string, number>, awake: (id: string) => boolean = () => true) {
  const idle = new IdleAgents();
  const heard = Object.entries(slots).map(([id, free]) => idle.heard(agentOf(id), free));
  const asking = heard.at(-1);
  if (!asking) throw new Error("nobody asks");
  return (elsewhere = [] as typeof heard) => new Spared(asking, idle, awake, elsewhere);
}

function agentOf(id: string) {
  const mac = id.startsWith("mac");
  const supported = (platform: string) => ({ platform, supported: true, lacking: "" });
  const platforms = [supported("android"), ...(mac ? [supported("ios")] : [])];
  const capability = { os: mac ? "darwin" : "linux", platforms, toolchains: [], targetPlatforms: [] };
  return { id, hold: null, slots: 9, capability: JSON.stringify(capability) } as unknown as AgentRow;
}

test("A Mac leaves as many builds to others as those have free slots, for each look anew", () => {
  const look = ground({ one: 1, two: 2, mac: 1 });
  for (const spared of [look(), look()]) {
    expect([1, 2, 3, 4].map(() => spared.take(ANDROID))).toEqual([true, true, true, false]);
  }
});

test("Nobody leaves a build to those who can't take it, can't be woken, or are no easier to spare", () => {
  expect(ground({ linux: 5, mac: 1 })().take(IOS)).toBe(false);
  expect(ground({ linux: 5, mac: 1 }, (id) => id !== "linux")().take(ANDROID)).toBe(false);
  expect(ground({ mac2: 5, mac: 1 })().take(ANDROID)).toBe(false);
  expect(ground({ other: 5, linux: 1 })().take(ANDROID)).toBe(false);
});

test("Agents that other controllers know count too", () => {
  const idle = new IdleAgents();
  const spared = ground({ mac: 1 })([idle.heard(agentOf("far"), 2), idle.heard(agentOf("mac-far"), 2)]);
  expect([1, 2, 3].map(() => spared.take(ANDROID))).toEqual([true, true, false]);
});

test("Of ten thousand agents only those are looked at whose slots are wanted", () => {
  const slots = Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [`linux-${number}`, 1]));
  const looked: string[] = [];
  const spared = ground({ ...slots, mac: 1 }, (id) => looked.push(id) > 0)();
  expect(spared.take(ANDROID)).toBe(true);
  expect(looked).toHaveLength(1);
});
