import { createCipheriv, createHash } from "node:crypto";
import { setTimeout as rest } from "node:timers/promises";
import { Random } from "../model/random.ts";
import { type Findings, judge, NOTHING_FOUND } from "./oracles.ts";
import { randomPlan } from "./plan.ts";
import { type Fault, SUCCEEDS, Trial, type TrialBuild, type Wanted } from "./trial.ts";
import type { World } from "./world.ts";

const END_MS = 150_000;

export interface Outcome {
  seed: number;
  fault: Fault;
  seconds: number;
  findings: Findings;
}

/** Builds under one fault, and what is wrong afterwards. The same seed gives the same plan; only the moments vary a little. */
export async function runTrial(world: World, fault: Fault, seed: number): Promise<Outcome> {
  const began = Date.now();
  const random = new Random(seed);
  let findings: Findings;
  try {
    const builds = await askForBuilds(world, fault, random, seed);
    const trial = new Trial(world, random, builds);
    const watching = Promise.all(builds.map((build) => watch(world, build, began + END_MS)));
    const striking = fault.strike(trial).finally(() => world.heal());
    await Promise.all([striking, watching]);
    findings = await judge(world, builds);
  } catch (error) {
    findings = { ...NOTHING_FOUND, other: 1, problems: [`the trial broke: ${(error as Error).stack}`] };
    await world.heal().catch(() => {}); // the trial has failed already, and its world is not used again
  }
  return { seed, fault, seconds: (Date.now() - began) / 1000, findings };
}

async function askForBuilds(world: World, fault: Fault, random: Random, seed: number): Promise<TrialBuild[]> {
  const plans = fault.plans?.(random, `s${seed}`) ?? ordinary(random, seed);
  const builds: TrialBuild[] = [];
  for (const { plan, app, allowed, ballast } of plans) {
    world.repository.commit(plan, noise(plan.seed, ballast ?? 0));
    const { id } = await world.api.request(app ?? "file", plan.seed);
    const fresh = { cancel: "no" as const, glimpses: [], longest: 0, shrank: false };
    builds.push({ id, plan, allowed: allowed ?? fault.allowed ?? SUCCEEDS, ...fresh });
  }
  return builds;
}

function ordinary(random: Random, seed: number): Wanted[] {
  const count = 1 + random.below(2);
  return Array.from({ length: count }, (_, index) => ({ plan: randomPlan(random, `s${seed}-${index}`) }));
}

/** What doesn't compress, for a large pack. */
function noise(seed: string, count: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(count));
}

/** Looks at a build until it has ended: what was told to be durable once must stay so. */
async function watch(world: World, build: TrialBuild, deadline: number): Promise<void> {
  for (let looks = 0; Date.now() < deadline; looks += 1) {
    const details = await world.api.build(build.id);
    if (details.logLength < build.longest) build.shrank = true;
    build.longest = Math.max(build.longest, details.logLength);
    if (looks % 8 === 4) build.glimpses.push(await world.api.log(build.id));
    if (details.finishedAt !== undefined) {
      build.final = details;
      return;
    }
    await rest(250);
  }
}
