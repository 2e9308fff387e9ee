import { existsSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import type { JournalEntry } from "../../../src/agent/jobs/lease-journal.ts";
import { readJson, writeFileAtomically } from "../../../src/base/files.ts";
import { endMarked } from "../../../src/base/processes/tree.ts";
import type { BuildStatus } from "../../../src/protocol/build-types.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { randomPlan } from "../plan.ts";
import type { Fault, Trial, Wanted } from "../trial.ts";
import type { Agent } from "../world.ts";

/** The controller was away, but no agent was: no attempt is lost. */
const AT_ONCE = { statuses: ["success" as BuildStatus], attempts: 1 };

const MAY_BE_CANCELED = { statuses: ["success" as BuildStatus, "canceled" as BuildStatus], attempts: 1 };

export const CONTROLLER: readonly Fault[] = [
  {
    class: "controller",
    weight: 6,
    name: "killed",
    allowed: AT_ONCE,
    strike: (trial) => killController(trial, 0, 4_000),
  },
  { class: "controller", weight: 2, name: "killed twice", allowed: AT_ONCE, strike: killControllerTwice },
  {
    class: "controller",
    weight: 1,
    name: "away for long",
    allowed: AT_ONCE,
    strike: (t) => killController(t, 10_500, 14_000),
  },
  {
    class: "controller",
    weight: 3,
    name: "stopped and continued",
    allowed: AT_ONCE,
    strike: (t) => freezeController(t, 500, 6_000),
  },
  {
    class: "controller",
    weight: 1,
    name: "asleep for long",
    allowed: AT_ONCE,
    strike: (t) => freezeController(t, 10_500, 14_000),
  },
  { class: "controller", weight: 2, name: "killed with an agent", allowed: AT_ONCE, strike: killControllerAndAgent },
];

export const AGENT: readonly Fault[] = [
  { class: "agent", weight: 6, name: "killed", allowed: AT_ONCE, strike: (trial) => killAgent(trial, 0, 4_000) },
  { class: "agent", weight: 2, name: "killed twice", allowed: AT_ONCE, strike: killAgentTwice },
  { class: "agent", weight: 2, name: "away for too long", strike: (trial) => killAgent(trial, 10_500, 14_000) },
  { class: "agent", weight: 3, name: "stopped and continued", strike: (trial) => freezeAgent(trial, 500, 6_000) },
  { class: "agent", weight: 2, name: "asleep for too long", strike: (trial) => freezeAgent(trial, 10_500, 14_000) },
  { class: "agent", weight: 2, name: "host without power", strike: cutPower },
  { class: "agent", weight: 1, name: "drained", allowed: AT_ONCE, strike: drain },
  { class: "agent", weight: 1, name: "told twice to stop", allowed: MAY_BE_CANCELED, strike: stopTwice },
];

export const SUPERVISOR: readonly Fault[] = [
  { class: "supervisor", weight: 6, name: "killed", plans: withChildren, strike: killSupervisor },
  {
    class: "supervisor",
    weight: 2,
    name: "killed with its agent",
    plans: withChildren,
    strike: killSupervisorAndAgent,
  },
  { class: "supervisor", weight: 2, name: "stopped and continued", allowed: AT_ONCE, strike: freezeSupervisor },
];

/** Builds that have a process of their own session, which only a sweep by the mark can find. */
function withChildren(random: Trial["random"], seed: string): Wanted[] {
  return [0, 1].map((index) => ({ plan: randomPlan(random, `${seed}-${index}`, { behaviour: "setsid-child" }) }));
}

async function killController(trial: Trial, least: number, most: number): Promise<void> {
  const { world } = trial;
  await trial.moment();
  await world.controller.kill();
  await trial.rest(least, most);
  await world.startController();
}

async function killControllerTwice(trial: Trial): Promise<void> {
  await killController(trial, 0, 500);
  await killController(trial, 0, 2_000);
}

async function freezeController(trial: Trial, least: number, most: number): Promise<void> {
  await trial.moment();
  trial.world.controller.signal("SIGSTOP");
  await trial.rest(least, most);
  trial.world.controller.signal("SIGCONT");
}

async function killControllerAndAgent(trial: Trial): Promise<void> {
  const { program } = trial.agent();
  await trial.moment();
  await Promise.all([trial.world.controller.kill(), program.kill()]);
  await trial.rest(0, 2_000);
  program.start();
  await trial.rest(0, 2_000);
  await trial.world.startController();
}

async function killAgent(trial: Trial, least: number, most: number): Promise<void> {
  const { program } = trial.agent();
  await trial.moment();
  await program.kill();
  await trial.rest(least, most);
  program.start();
}

async function killAgentTwice(trial: Trial): Promise<void> {
  await killAgent(trial, 0, 500);
  await killAgent(trial, 0, 1_000);
}

async function freezeAgent(trial: Trial, least: number, most: number): Promise<void> {
  const { program } = trial.agent();
  await trial.moment();
  program.signal("SIGSTOP");
  await trial.rest(least, most);
  program.signal("SIGCONT");
}

/** The host goes down and comes up again: nothing of it runs, and the end of each log never reached the disk. */
async function cutPower(trial: Trial): Promise<void> {
  await trial.moment();
  const agent = trial.agent();
  await agent.program.kill();
  for (const pid of supervisors(agent)) end(pid, "SIGKILL");
  const jobs = join(agent.work, "jobs");
  for (const name of readdirSync(jobs)) {
    await endMarked(jobMarker(name), 0);
    const file = join(jobs, name, "lease.json");
    const entry = readJson<JournalEntry>(file);
    if (entry) writeFileAtomically(file, JSON.stringify({ ...entry, bootId: "the boot before" }));
    if (entry && trial.random.chance(0.2)) truncateSync(file, trial.random.below(statSync(file).size));
    const log = join(jobs, name, "log");
    if (existsSync(log)) truncateSync(log, trial.random.below(statSync(log).size + 1));
  }
  await trial.rest(0, 2_000);
  agent.program.start();
}

/** A first SIGTERM: what runs is ended in peace, then the agent goes, and comes back. */
async function drain(trial: Trial): Promise<void> {
  const { program } = trial.agent();
  await trial.moment();
  await program.stop(60_000);
  program.start();
}

/** The second SIGTERM cancels what runs. */
async function stopTwice(trial: Trial): Promise<void> {
  const { program } = trial.agent();
  await trial.moment();
  program.signal("SIGTERM");
  await trial.rest(100, 1_000);
  await program.stop(60_000);
  program.start();
}

async function killSupervisor(trial: Trial): Promise<void> {
  await trial.moment();
  const pid = await supervisorOf(trial);
  if (pid !== undefined) end(pid, "SIGKILL");
}

async function killSupervisorAndAgent(trial: Trial): Promise<void> {
  await trial.moment();
  const pid = await supervisorOf(trial);
  const agent = trial.world.agents.find((each) => supervisors(each).includes(pid ?? 0));
  if (pid === undefined || !agent) return;
  end(pid, "SIGKILL");
  await agent.program.kill();
  await trial.rest(0, 2_000);
  agent.program.start();
}

async function freezeSupervisor(trial: Trial): Promise<void> {
  await trial.moment();
  const pid = await supervisorOf(trial);
  if (pid === undefined) return;
  end(pid, "SIGSTOP");
  await trial.rest(500, 4_000);
  end(pid, "SIGCONT");
}

/** The supervisor of one of the builds, as soon as there is one; undefined when all have ended. */
async function supervisorOf(trial: Trial): Promise<number | undefined> {
  while (trial.builds.some((build) => !build.final)) {
    const pids = trial.world.agents.flatMap(supervisors);
    if (pids.length > 0) return pids[trial.random.below(pids.length)];
    await rest(30);
  }
  return undefined;
}

function supervisors({ work }: Agent): number[] {
  const jobs = join(work, "jobs");
  return readdirSync(jobs).flatMap((name) => {
    const pid = readJson<JournalEntry>(join(jobs, name, "lease.json"))?.supervisor?.pid;
    return pid === undefined ? [] : [pid];
  });
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile: then there was no fault, and the build is expected to be well.
  }
}
