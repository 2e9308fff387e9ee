import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { findMarked } from "../../../src/base/processes/marked.ts";
import type { BuildStatus } from "../../../src/protocol/build-types.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { randomPlan } from "../plan.ts";
import type { Allowed, Fault, Trial } from "../trial.ts";

/** Either git tries again by itself, or the build says that the repository was the trouble. */
const TOLD: Allowed = {
  statuses: ["success", "failed"],
  codes: /^(REPOSITORY_[A-Z]+|STEP_STALLED|COMMIT_NOT_FOUND)$/,
  attempts: 2,
};
const common = { class: "git" as const, weight: 2, plans: overHttp, allowed: TOLD };
const BALLAST = 3_000_000;

export const GIT: readonly Fault[] = [
  { ...common, name: "stale locks of a dead git", plans: fromFile, strike: staleLocks, allowed: success() },
  { ...common, name: "server drops the pack", strike: dropPack },
  { ...common, weight: 1, name: "server stalls in the pack", strike: stall },
  { ...common, name: "server refuses", strike: refuse },
  { ...common, name: "server wants a login", plans: locked, strike: async () => {} },
  { ...common, name: "git killed in a fetch", plans: fromFile, strike: killGit },
  { ...common, name: "byte of the pack changed", strike: changeByte },
];

function success(): Allowed {
  return { statuses: ["success" as BuildStatus], attempts: 1 };
}

function overHttp(random: Trial["random"], seed: string) {
  return [{ plan: randomPlan(random, `${seed}-0`), app: "http" as const, ballast: BALLAST }];
}

function fromFile(random: Trial["random"], seed: string) {
  return [0, 1].map((index) => ({ plan: randomPlan(random, `${seed}-${index}`), ballast: BALLAST }));
}

function locked(random: Trial["random"], seed: string) {
  const allowed: Allowed = { statuses: ["failed"], codes: /^REPOSITORY_CREDENTIALS$/, attempts: 1 };
  return [{ plan: randomPlan(random, `${seed}-0`), app: "locked" as const, allowed }];
}

/** Ends the first git that is seen to fetch for one of the builds: both use the same mirror. */
async function killGit(trial: Trial): Promise<void> {
  while (trial.builds.some((build) => !build.final)) {
    for (const name of trial.world.agents.flatMap(({ work }) => readdirSync(join(work, "jobs")))) {
      const git = findMarked(jobMarker(name)).find((pid) => /\0fetch\0/.test(commandLine(pid)));
      if (git === undefined) continue;
      endProcess(git);
      return;
    }
    await rest(5);
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was faster: then there was no fault.
  }
}

/** Lays what a git and a supervisor that were killed would have left in every mirror. */
async function staleLocks(trial: Trial): Promise<void> {
  const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  for (const { work } of trial.world.agents) {
    const mirrors = join(work, "mirrors");
    for (const name of readdirSync(mirrors).filter((each) => each.endsWith(".git"))) {
      for (const file of ["shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock"]) {
        writeFileSync(join(mirrors, name, file), "");
      }
      mkdirSync(join(mirrors, `${name}.lock`), { recursive: true });
      writeFileSync(join(mirrors, `${name}.lock`, `waiting.1.${dead}.1.00000000`), "");
    }
  }
}

async function dropPack(trial: Trial): Promise<void> {
  trial.world.gitLink.strike({ direction: "down", act: "lose", after: trial.random.below(40) });
  await trial.untilEnded();
}

async function changeByte(trial: Trial): Promise<void> {
  trial.world.gitLink.strike({ direction: "down", act: "flip", after: 2 + trial.random.below(30) });
  await trial.untilEnded();
}

async function stall(trial: Trial): Promise<void> {
  await trial.rest(0, 1_000);
  trial.world.gitLink.set({ swallow: "down" });
  await trial.untilEnded();
}

async function refuse(trial: Trial): Promise<void> {
  trial.world.gitLink.set({ refuse: true });
  await trial.rest(500, 4_000);
}
