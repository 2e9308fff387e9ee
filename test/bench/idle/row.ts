import { join } from "node:path";
import { wait } from "../../../src/base/time/wait.ts";
import { eventually } from "../../support/eventually.ts";
import { Buildbot } from "../buildbot/buildbot.ts";
import { atMost } from "../goal.ts";
import { Millwright } from "../millwright.ts";
import { type Opened, preparedWith } from "../opened.ts";
import { makeRepository, trivialApp } from "../repository.ts";
import type { Prepared, Row } from "../row.ts";
import { childrenOf, coreSeconds, memoryOf } from "./load.ts";

const AGENT = "Millwright agent";
/** After the build, so that what it left to do is done. */
const SETTLE_MS = 15_000;
const PERIOD_MS = 20_000;

/** The processes of each part, as they are now. */
type Parts = Map<string, () => number[]>;

export const IDLE: Row = {
  name: "idle",
  measures: "resident memory with nothing to do, after one build",
  unit: "MiB",
  rounds: 5,
  goals: [atMost({ says: "agent ≤ 80 MiB", of: AGENT, limit: 80 })],
  prepare: (folder) =>
    prepared(folder, (parts) => {
      const shown = () => [...parts].map(([name, pids]) => `${name} ${sum(pids(), "proportional").toFixed(0)}`);
      return {
        ways: [...parts].map(([name, pids]) => ({ name, measure: async () => [sum(pids(), "resident")] })),
        note: () => `With shared pages counted in parts, MiB: ${shown().join(", ")}.`,
      };
    }),
};

export const IDLE_CPU: Row = {
  name: "idle-cpu",
  measures: `CPU with nothing to do, over ${PERIOD_MS / 1000} s, all at the same time`,
  unit: "% of a core",
  rounds: 3,
  goals: [atMost({ says: "agent ≤ 0.1 % of a core", of: AGENT, limit: 0.1 })],
  prepare: (folder) =>
    prepared(folder, (parts) => {
      const periods: Promise<Map<string, number>>[] = [];
      const shareOf = async (name: string, round: number) => {
        periods[round] ??= sharesOver(parts);
        return (await periods[round]).get(name) ?? Number.NaN;
      };
      return {
        ways: [...parts.keys()].map((name) => ({ name, measure: async (round) => [await shareOf(name, round)] })),
        note: () => "Of the threads that live at both ends of a period, as the kernel counts their nanoseconds.",
      };
    }),
};

async function prepared(
  folder: string,
  waysOf: (parts: Parts) => { ways: Prepared["ways"]; note: () => string },
): Promise<Prepared> {
  return preparedWith(async (opened) => {
    const parts = await startAll(folder, opened);
    await wait(SETTLE_MS);
    const { ways, note } = waysOf(parts);
    const { missing } = Buildbot;
    return {
      ways,
      missing: missing === undefined ? [] : [{ name: "Buildbot", why: missing }],
      get notes() {
        const buildbot = missing === undefined ? [Buildbot.version] : [];
        return ["The controller has one agent; make bench-fleet measures it with ten thousand.", note(), ...buildbot];
      },
    };
  });
}

/** Each has done one build when this answers. */
async function startAll(folder: string, opened: Opened): Promise<Parts> {
  const millwright = opened.add(await Millwright.start(join(folder, "millwright")));
  const commands = { install: "true", build: "mkdir www && echo built >www/index.html" };
  await millwright.addApp("app", makeRepository(join(folder, "app.git"), trivialApp(commands)));
  await millwright.succeeded([await millwright.ask("app")]);
  const agent = millwright.agent.pid;
  const parts: Parts = new Map([
    [AGENT, () => [agent]],
    ["  with its spare supervisor", () => [agent, ...childrenOf(agent)]],
    ["Millwright controller", () => [millwright.controller.child.pid ?? 0]],
  ]);
  if (Buildbot.missing !== undefined) return parts;
  const buildbot = opened.add(await Buildbot.start(join(folder, "buildbot"), { command: ["true"] }));
  await buildbot.force();
  await eventually("the first build is done", async () => (await buildbot.succeeded()) === 1, 20_000);
  parts.set("Buildbot worker", () => [buildbot.worker.pid]);
  parts.set("Buildbot master", () => [buildbot.master.pid]);
  return parts;
}

function sum(pids: readonly number[], kind: "resident" | "proportional"): number {
  return pids.reduce((total, pid) => total + memoryOf(pid)[kind], 0);
}

/** Of each part, in percent of a core. */
async function sharesOver(parts: Parts): Promise<Map<string, number>> {
  const seconds = () => [...parts.values()].map((pids) => pids().reduce((total, pid) => total + coreSeconds(pid), 0));
  const [began, before] = [performance.now(), seconds()];
  await wait(PERIOD_MS);
  const after = seconds();
  const took = (performance.now() - began) / 1000;
  const names = [...parts.keys()];
  return new Map(names.map((name, index) => [name, (((after[index] ?? 0) - (before[index] ?? 0)) / took) * 100]));
}
