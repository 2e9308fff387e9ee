import { type CpuInfo, cpus } from "node:os";
import { join } from "node:path";
import { wait } from "../../../src/base/time/wait.ts";
import { eventually } from "../../support/eventually.ts";
import { Buildbot } from "../buildbot/buildbot.ts";
import { atLeast } from "../goal.ts";
import { Millwright } from "../millwright.ts";
import { type Opened, preparedWith } from "../opened.ts";
import { makeRepository, trivialApp } from "../repository.ts";
import { figuresOf, type Row } from "../row.ts";
import { mediansInWords, type StepTimes, stepTimesOf } from "../step-times.ts";

const OURS = "Millwright";
const BUILDBOT = "Buildbot";
const BUILDS = 200;
/** Builds at once, on both. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 250;
const MOST_MS = 300_000;

export const DRAIN: Row = {
  name: "drain",
  measures: `${BUILDS} queued builds of one trivial step through one real agent, from its release to the end of the last`,
  unit: "per s",
  rounds: 1,
  goals: [
    atLeast({ says: "≥ 25 builds a second", of: OURS, limit: 25 }),
    atLeast({ says: "≥ 5 × Buildbot", of: OURS, limit: 5, beside: BUILDBOT }),
  ],
  prepare: (folder) =>
    preparedWith(async (opened) => {
      const profile: Profile = { steps: [], busy: [] };
      const ways = [{ name: OURS, measure: await drainMillwright(join(folder, "millwright"), opened, profile) }];
      const { missing } = Buildbot;
      if (missing === undefined) {
        ways.push({ name: BUILDBOT, measure: await drainBuildbot(join(folder, "buildbot"), opened) });
      }
      return {
        ways,
        missing: missing === undefined ? [] : [{ name: BUILDBOT, why: missing }],
        get notes() {
          return notesOf(profile, missing === undefined ? [Buildbot.version] : []);
        },
      };
    }),
};

/** Of Millwright's builds: their steps, and how busy all cores were meanwhile, in percent. */
interface Profile {
  steps: StepTimes[];
  busy: number[];
}

function notesOf({ steps, busy }: Profile, versions: readonly string[]): string[] {
  return [
    `${AT_ONCE} builds at once on both. The agent, and Buildbot's worker, are held while the builds are queued.`,
    "Millwright's are deploy builds: each fetches, checks out, runs an install and a web build command, and stores the zip of what came out. Buildbot's only run `true`.",
    `Millwright's steps, medians in s: ${mediansInWords(steps)}. The cores were busy to ${figuresOf(busy).median.toFixed(0)} %.`,
    ...versions,
  ];
}

/** Percent of all cores, by everything on the machine. */
function busySince(before: readonly CpuInfo[]): number {
  const sum = (infos: readonly CpuInfo[], of: (times: CpuInfo["times"]) => number) =>
    infos.reduce((total, { times }) => total + of(times), 0);
  const all = ({ user, nice, sys, idle, irq }: CpuInfo["times"]) => user + nice + sys + idle + irq;
  const now = cpus();
  const idle = sum(now, (times) => times.idle) - sum(before, (times) => times.idle);
  return 100 * (1 - idle / (sum(now, all) - sum(before, all)));
}

type Drain = () => Promise<number[]>;

async function drainMillwright(folder: string, opened: Opened, profile: Profile): Promise<Drain> {
  const millwright = opened.add(await Millwright.start(folder, { slots: AT_ONCE }));
  const commands = { install: "true", build: "mkdir www && echo built >www/index.html" };
  await millwright.addApp("app", makeRepository(join(folder, "app.git"), trivialApp(commands)));
  await millwright.ended(await millwright.ask("app"));
  return async () => {
    await eventually("the agent is idle", () => millwright.isIdle());
    await millwright.hold(true);
    const builds: number[] = [];
    for (let count = 0; count < BUILDS; count += 1) builds.push(await millwright.ask("app"));
    const [began, before] = [performance.now(), cpus()];
    await millwright.hold(false);
    await untilDrained(async () => (await millwright.open()) === 0);
    const seconds = (performance.now() - began) / 1000;
    profile.busy.push(busySince(before));
    profile.steps.push(...(await millwright.succeeded(builds)).map(stepTimesOf));
    return [BUILDS / seconds];
  };
}

async function drainBuildbot(folder: string, opened: Opened): Promise<Drain> {
  const buildbot = opened.add(await Buildbot.start(folder, { command: ["true"], atOnce: AT_ONCE }));
  await buildbot.force();
  await eventually("the first build is done", async () => (await buildbot.succeeded()) === 1, 20_000);
  return async () => {
    const before = await buildbot.succeeded();
    await buildbot.hold(true);
    for (let count = 0; count < BUILDS; count += 1) await buildbot.force();
    const began = performance.now();
    await buildbot.hold(false);
    await untilDrained(() => buildbot.isDone());
    const seconds = (performance.now() - began) / 1000;
    const good = (await buildbot.succeeded()) - before;
    if (good !== BUILDS) throw new Error(`of ${BUILDS} builds ${good} succeeded`);
    return [BUILDS / seconds];
  };
}

/** Asks seldom: each question takes from what is measured. */
async function untilDrained(isDrained: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + MOST_MS; performance.now() < until; await wait(LOOK_EVERY_MS)) {
    if (await isDrained()) return;
  }
  throw new Error(`not all of ${BUILDS} builds ended within ${MOST_MS / 1000} s`);
}
