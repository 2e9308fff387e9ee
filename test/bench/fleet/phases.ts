import { wait } from "../../../src/base/time/wait.ts";
import type { ControllerProcess } from "./controller-process.ts";
import { ACCOUNTS } from "./fill.ts";
import type { Fleet } from "./fleet.ts";
import { now } from "./orders.ts";
import { HERD_PLATFORM, TARGETS } from "./plan.ts";
import { round, type Spans, spansOf } from "./spans.ts";

const MIB = 2 ** 20;
const CONNECT_AT_ONCE = 100;
const ASK_AT_ONCE = 16;

export interface Connected {
  seconds: number;
  rssMib: number;
  /** Of the controller, for all of them to connect. */
  cpuSeconds: number;
}

export async function connect(controller: ControllerProcess, fleet: Fleet): Promise<Connected> {
  const before = controller.load();
  const began = now();
  await fleet.order({ do: "connect", atOnce: CONNECT_AT_ONCE });
  const after = controller.load();
  return {
    seconds: round((now() - began) / 1000),
    rssMib: round(after.rssBytes / MIB),
    cpuSeconds: round(after.cpuSeconds - before.cpuSeconds),
  };
}

export interface Idle {
  seconds: number;
  rssMib: number;
  cpuPercent: number;
  heartbeats: number;
  late: Spans;
  /** Agents whose stream is open, and those that the controller shows as anything but ready. */
  watching: number;
  notReady: number;
  failures: Record<string, number>;
}

/** Nothing happens but heartbeats. */
export async function idle(controller: ControllerProcess, fleet: Fleet, seconds: number): Promise<Idle> {
  await wait(Math.min(5_000, seconds * 500)); // what connecting left to do is done
  await fleet.order({ do: "measure" });
  const before = controller.load();
  const began = now();
  await wait(seconds * 1000);
  const took = (now() - began) / 1000;
  const after = controller.load();
  const told = await fleet.tell();
  const { agents } = await controller.ask<{ agents: { state: string }[] }>("GET", "/api/v1/agents");
  return {
    seconds: round(took),
    rssMib: round(after.rssBytes / MIB),
    cpuPercent: round(((after.cpuSeconds - before.cpuSeconds) / took) * 100),
    heartbeats: told.syncs,
    late: spansOf(told.late),
    watching: told.connected,
    notReady: agents.filter(({ state }) => state !== "ready").length,
    failures: told.failures,
  };
}

export interface Dispatch {
  /** Milliseconds from the request to the agent that has accepted the build, and from the answer to the request. */
  fromRequest: Spans;
  answered: Spans;
  cpuPercent: number;
}

/** Builds of several accounts for several target platforms, one after the other, so many a second. */
export async function dispatch(
  controller: ControllerProcess,
  fleet: Fleet,
  builds: number,
  perSecond: number,
): Promise<Dispatch> {
  const fromRequest: number[] = [];
  const answered: number[] = [];
  const before = controller.load();
  const began = now();
  const one = async (index: number) => {
    const asked = now();
    const build = await ask(controller, index, TARGETS[index % TARGETS.length] as object);
    answered.push(now() - asked);
    const { atMs } = await fleet.whenAccepted(build);
    fromRequest.push(atMs - asked);
  };
  const all: Promise<void>[] = [];
  for (let index = 0; index < builds; index += 1) {
    all.push(one(index));
    all.at(-1)?.catch(() => {}); // it is told below
    await wait(1000 / perSecond);
  }
  await Promise.all(all);
  const cpu = controller.load().cpuSeconds - before.cpuSeconds;
  const cpuPercent = round((cpu / (now() - began)) * 100_000);
  return { fromRequest: spansOf(fromRequest), answered: spansOf(answered), cpuPercent };
}

export interface Herd {
  queued: number;
  agents: number;
  askedPerSecond: number;
  /** Seconds from the break's end till the last is back, and till the last has work. */
  backSeconds: number;
  workSeconds: number;
  drainSeconds: number;
  /** Builds that no agent got, and those that two got. */
  lost: number;
  twice: number;
  rssMib: number;
}

/** The herd's agents are cut off, builds only they can do are asked for, and all of them come back within a second. */
export async function herd(controller: ControllerProcess, fleet: Fleet, agents: number, queued: number): Promise<Herd> {
  await fleet.order({ do: "end-builds", atOnce: false });
  await fleet.order({ do: "drop", below: agents });
  const began = now();
  const builds = await askMany(controller, queued);
  const askedPerSecond = round((queued * 1000) / (now() - began));
  const back = now();
  await fleet.order({ do: "return", below: agents, withinMs: 1000 });
  const backSeconds = round((now() - back) / 1000);
  const given = () => builds.filter((build) => fleet.accepted.has(build)).length;
  await until(() => given() >= Math.min(agents, queued), "every agent of the herd has a build");
  const workSeconds = round((now() - back) / 1000);
  const rssMib = round(controller.load().rssBytes / MIB);
  const drain = now();
  await fleet.order({ do: "end-builds", atOnce: true });
  await until(() => given() >= queued, "every build was given to an agent");
  await until(async () => {
    const { queued: waiting, running } = await controller.openBuilds();
    return waiting + running === 0;
  }, "all builds have ended");
  return {
    queued,
    agents,
    askedPerSecond,
    backSeconds,
    workSeconds,
    drainSeconds: round((now() - drain) / 1000),
    lost: builds.filter((build) => !fleet.accepted.has(build)).length,
    twice: builds.filter((build) => (fleet.accepted.get(build)?.length ?? 0) > 1).length,
    rssMib,
  };
}

async function askMany(controller: ControllerProcess, builds: number): Promise<number[]> {
  const numbers: number[] = [];
  let left = builds;
  const next = async () => {
    while (left > 0) {
      left -= 1;
      numbers.push(await ask(controller, left, { platform: "web", kind: "deploy", targetPlatform: HERD_PLATFORM }));
    }
  };
  await Promise.all(Array.from({ length: ASK_AT_ONCE }, next));
  return numbers;
}

async function ask(controller: ControllerProcess, index: number, wish: object): Promise<number> {
  const app = `a-${ACCOUNTS[index % ACCOUNTS.length]}`;
  const { platform, ...deploy } = { kind: "package", commit: "0123456789abcdef0123456789abcdef01234567", ...wish } as {
    kind: string;
    platform?: string;
  };
  const request = deploy.kind === "deploy" ? deploy : { ...deploy, platform };
  return (await controller.ask<{ id: number }>("POST", `/api/v1/apps/${app}/builds`, request)).id;
}

async function until(condition: () => boolean | Promise<boolean>, what: string, seconds = 300): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(100)) if (await condition()) return;
  throw new Error(`it didn't come to it: ${what}`);
}
