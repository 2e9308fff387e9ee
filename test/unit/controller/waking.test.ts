import { expect, onTestFinished, test, vi } from "vitest";
import { IdleAgents } from "../../../src/controller/agents/idle-agents.ts";
import { Waking } from "../../../src/controller/queue/waking.ts";
import type { AgentRow } from "../../../src/controller/store/tables.ts";

const ANDROID = { platform: "android", requirement: {} };

/** Agents that asked in vain; those whose number is in `macs` are Macs. */
function ground(agents: number, macs: readonly number[] = []) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const woken: string[] = [];
  const idle = new IdleAgents();
  const waking = new Waking(
    idle,
    (id) => woken.push(id) > 0,
    () => Date.now(),
  );
  onTestFinished(() => waking.close());
  for (let number = 0; number < agents; number += 1) idle.heard(agentOf(number, macs.includes(number)), 1);
  return { idle, waking, woken };
}

function agentOf(number: number, mac: boolean) {
  const platforms = [{ platform: "android", supported: true, lacking: "" }];
  const capability = { os: mac ? "darwin" : "linux", platforms, toolchains: [], targetPlatforms: [] };
  return { id: `g-${number}`, hold: null, slots: 1, capability: JSON.stringify(capability) } as unknown as AgentRow;
}

test("Of a few agents all are woken, the ones that are easiest to spare first", () => {
  const { waking, woken } = ground(3, [0]);
  waking.queueGrew(ANDROID);
  expect(woken).toEqual(["g-1", "g-2", "g-0"]);
});

test("Of many agents two are woken for a build, and none while those haven't asked", () => {
  const { waking, woken } = ground(100, [0, 1]);
  waking.queueGrew(ANDROID);
  waking.queueGrew(ANDROID);
  expect(woken).toEqual(["g-2", "g-3"]);
});

test("Who got a build wakes others of its kind", () => {
  const { idle, waking, woken } = ground(100);
  waking.queueGrew(ANDROID);
  const { kind } = idle.heard(agentOf(0, false), 1);
  expect(waking.asks("g-0", kind)).toBe(true);
  idle.gave("g-0", 1);
  waking.gave({ kind });
  expect(woken).toEqual(["g-0", "g-1", "g-2"]);
});

test("While each that asks gets something more and more are woken, and two again after one that got nothing", () => {
  const { idle, waking, woken } = ground(100);
  waking.queueGrew(ANDROID);
  const ask = (number: number) => {
    const agent = idle.heard(agentOf(number, false), 1);
    waking.asks(agent.id, agent.kind);
    return agent;
  };
  for (let number = 0; number < 10; number += 1) {
    const agent = ask(number);
    idle.gave(agent.id, 1);
    waking.gave(agent);
  }
  expect(woken).toHaveLength(20); // ten that asked, and ten that are to
  waking.gaveNothing(ask(10));
  waking.queueGrew(ANDROID);
  expect(woken).toHaveLength(20);
});

test("Agents that were woken and don't ask are replaced by others, till somebody asks or none is left", () => {
  const { idle, waking, woken } = ground(40);
  waking.queueGrew(ANDROID);
  vi.advanceTimersByTime(600);
  expect(woken).toEqual(["g-0", "g-1", "g-2", "g-3"]);
  vi.advanceTimersByTime(60_000);
  expect(new Set(woken).size).toBe(40);
  expect(idle.size).toBe(0);
});

test("When nobody is left of a kind, agents of other kinds are woken", () => {
  const { idle, waking, woken } = ground(40, [...Array(38).keys()]);
  waking.queueGrew(ANDROID);
  expect(woken).toEqual(["g-38", "g-39"]);
  idle.forget("g-38");
  idle.forget("g-39");
  vi.advanceTimersByTime(600);
  expect(woken).toContain("g-0");
});

test("Of many agents that can do the same, only those that were woken look at what came while one has just looked", () => {
  const { idle, waking } = ground(100, [0]);
  const { kind } = idle.heard(agentOf(7, false), 1);
  expect(waking.leavesInPeace("g-8")).toBe(false);
  waking.asks("g-7", kind);
  expect(["g-7", "g-8", "g-0", "unknown"].map((id) => waking.leavesInPeace(id))).toEqual([true, true, false, false]);
  waking.queueGrew(ANDROID);
  expect(["g-1", "g-2", "g-3"].map((id) => waking.leavesInPeace(id))).toEqual([false, false, true]);
  vi.advanceTimersByTime(1001);
  expect(waking.leavesInPeace("g-3")).toBe(false);
});

test("Of a few agents each heartbeat is a look at what came", () => {
  const { idle, waking } = ground(3);
  waking.asks("g-1", idle.heard(agentOf(1, false), 1).kind);
  expect(waking.leavesInPeace("g-2")).toBe(false);
});
