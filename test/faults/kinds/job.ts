import type { BuildStatus } from "../../../src/protocol/build-types.ts";
import { type Behaviour, type Plan, randomPlan } from "../plan.ts";
import { type Allowed, type Fault, SUCCEEDS, type Trial } from "../trial.ts";

/** What the build's own processes do. No other fault: the build itself is the fault. */
export const JOB: readonly Fault[] = [
  { ...behaving("setsid-child", SUCCEEDS), name: "leaves a child in a session of its own" },
  { ...behaving("holds-stdout", SUCCEEDS), name: "leaves a child that holds its output" },
  { ...behaving("ignores-term", canceled()), name: "ignores TERM and is canceled", strike: cancelWhilePrinting },
  { ...behaving("silent", failed(/^STEP_STALLED$/)), weight: 1, name: "prints nothing any more" },
  { ...behaving("kills-supervisor", failed(/^SUPERVISOR_LOST$/, 2)), name: "kills its supervisor" },
  { ...behaving("kills-group", failed(/^WEB_BUILD_FAILED$/)), name: "kills its process group" },
  { ...behaving("fails", failed(/^WEB_BUILD_FAILED$/)), name: "fails" },
  { ...behaving("links", SUCCEEDS), name: "makes a link to a file of the host" },
  { ...behaving("plain", SUCCEEDS, longLine), weight: 1, name: "prints a line of 60 MB" },
  { ...behaving("plain", SUCCEEDS, flood), weight: 1, name: "prints 40 MB at once" },
];

function behaving(behaviour: Behaviour, allowed: Allowed, change: () => Partial<Plan> = () => ({})) {
  const plans: Fault["plans"] = (random, seed) => [
    { plan: randomPlan(random, `${seed}-0`, { behaviour, ...change() }), allowed },
    { plan: randomPlan(random, `${seed}-1`), allowed: SUCCEEDS },
  ];
  return { class: "job" as const, weight: 2, plans, strike: async () => {} };
}

function failed(codes: RegExp, attempts = 1): Allowed {
  return { statuses: ["failed" as BuildStatus], codes, attempts };
}

function canceled(): Allowed {
  return { statuses: ["canceled"], attempts: 1 };
}

function longLine(): Partial<Plan> {
  return { logBytes: 60_000_000, lineBytes: 60_000_000, binary: false, ms: 50 };
}

function flood(): Partial<Plan> {
  return { logBytes: 40_000_000, lineBytes: 4_000, binary: false, ms: 50 };
}

async function cancelWhilePrinting(trial: Trial): Promise<void> {
  const [build] = trial.builds;
  if (!build || !(await trial.untilPrinting(build))) return;
  await trial.rest(0, 1_500);
  await trial.cancel(build);
}

export const CANCEL: readonly Fault[] = [
  { class: "cancel", weight: 3, name: "at any moment", strike: (trial) => cancelOne(trial) },
  { class: "cancel", weight: 2, name: "while the agent is cut off", strike: cancelBehindCut },
  { class: "cancel", weight: 2, name: "just before the controller is killed", strike: cancelAndKill },
  { class: "cancel", weight: 2, name: "while the agent is dead", strike: cancelWithoutAgent },
];

async function cancelOne(trial: Trial): Promise<void> {
  await trial.moment();
  await trial.cancel(trial.build());
}

async function cancelBehindCut(trial: Trial): Promise<void> {
  await trial.moment();
  const links = trial.world.agents.map((agent) => agent.link);
  for (const link of links) {
    link.set({ refuse: true });
    link.cut();
  }
  await trial.cancel(trial.build());
  await trial.rest(500, 6_000);
  for (const link of links) link.clear();
}

async function cancelAndKill(trial: Trial): Promise<void> {
  await trial.moment();
  await trial.cancel(trial.build());
  await trial.rest(0, 50);
  await trial.world.controller.kill();
  await trial.rest(0, 2_000);
  await trial.world.startController();
}

async function cancelWithoutAgent(trial: Trial): Promise<void> {
  await trial.moment();
  const { program } = trial.agent();
  await program.kill();
  await trial.cancel(trial.build());
  await trial.rest(0, 6_000);
  program.start();
}
