import { randomPlan } from "../plan.ts";
import type { FaultProxy, Strike } from "../proxy.ts";
import { type Fault, SUCCEEDS, type Trial } from "../trial.ts";
import { replay } from "./replay.ts";

const common = { class: "network" as const, weight: 2 };

/** Faults of the links between agent and controller: gRPC for most, HTTP for the parts of artifacts. */
export const NETWORK: readonly Fault[] = [
  { ...common, name: "cut again and again", strike: cutOften },
  { ...common, name: "request lost", strike: (trial) => strikeOften(trial, trial.agent().link, "up", "lose") },
  { ...common, name: "reply lost", strike: (trial) => strikeOften(trial, trial.agent().link, "down", "lose") },
  { ...common, name: "cut after a message", strike: (trial) => strikeOften(trial, trial.agent().link, "up", "cut") },
  { ...common, name: "refused", strike: refused },
  { ...common, name: "half-open", strike: halfOpen },
  { ...common, weight: 1, name: "silence after accept", strike: mute },
  { ...common, name: "slow", strike: slow },
  {
    ...common,
    name: "byte changed",
    plans: loud,
    strike: (trial) => strikeOften(trial, trial.agent().link, "up", "flip"),
  },
  {
    ...common,
    weight: 1,
    name: "byte of an answer changed",
    strike: (t) => strikeOften(t, t.agent().link, "down", "flip"),
  },
  { ...common, name: "upload cut", plans: large, strike: (t) => strikeOften(t, t.world.uploads, "up", "lose") },
  { ...common, name: "upload changed", plans: large, strike: (t) => strikeOften(t, t.world.uploads, "up", "flip") },
  { ...common, weight: 1, name: "partition, then healed", strike: partition },
  { ...common, name: "messages twice and late", strike: replay },
];

async function cutOften(trial: Trial): Promise<void> {
  const { link } = trial.agent();
  for (let times = 1 + trial.random.below(5); times > 0; times -= 1) {
    await trial.rest(50, 1_500);
    link.cut();
  }
}

async function strikeOften(
  trial: Trial,
  proxy: FaultProxy,
  direction: Strike["direction"],
  act: Strike["act"],
): Promise<void> {
  for (let times = 1 + trial.random.below(4); times > 0; times -= 1) {
    proxy.strike({ direction, act, after: trial.random.below(60) });
    await trial.rest(100, 1_500);
  }
  // What has not been hit yet would hit the next trial.
  await trial.untilEnded();
}

async function refused(trial: Trial): Promise<void> {
  const { link } = trial.agent();
  await trial.moment();
  link.set({ refuse: true });
  link.cut();
  await trial.rest(300, 5_000);
  link.clear();
}

async function halfOpen(trial: Trial): Promise<void> {
  const { link } = trial.agent();
  const swallow = (["up", "down", "both"] as const)[trial.random.below(3)];
  await trial.moment();
  link.set({ swallow });
  await trial.rest(500, 4_000);
  link.clear();
}

async function mute(trial: Trial): Promise<void> {
  const { link } = trial.agent();
  await trial.moment();
  link.set({ mute: true });
  link.cut();
  await trial.rest(1_000, 4_000);
  link.clear();
}

async function slow(trial: Trial): Promise<void> {
  const change = trial.random.chance(0.5)
    ? { delayMs: 50 + trial.random.below(1_500) }
    : { bytesPerSecond: 30_000 + trial.random.below(300_000) };
  trial.agent().link.set(change);
  trial.world.uploads.set({ delayMs: trial.random.below(100) });
  await trial.rest(2_000, 6_000);
}

/** Long enough that the agent's builds are given to the other one while it still works at them. */
async function partition(trial: Trial): Promise<void> {
  const { link } = trial.agent();
  await trial.moment();
  link.set({ refuse: true });
  link.cut();
  await trial.rest(10_500, 14_000);
  link.clear();
}

/** Most of what goes up is log then: that is what is hit. */
function loud(random: Trial["random"], seed: string) {
  return [{ plan: randomPlan(random, `${seed}-0`, { logBytes: 5_000_000 }), allowed: SUCCEEDS }];
}

function large(random: Trial["random"], seed: string) {
  const files = [20_000_000 + random.below(8_000_000), 100_000];
  return [{ plan: randomPlan(random, `${seed}-0`, { files }), allowed: SUCCEEDS }];
}
