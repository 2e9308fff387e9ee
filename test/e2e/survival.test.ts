import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalEntry } from "../../src/agent/jobs/lease-journal.ts";
import { readJson } from "../../src/base/files.ts";
import { CLI, git, sampleRepository, stop } from "../demo/playground.mjs";
import { wrongInLog } from "../faults/log-oracle.ts";
import { logOf, type Plan } from "../faults/plan.ts";
import { peakMemory } from "../faults/program.ts";
import { Repository } from "../faults/repository.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround, startCli } from "../support/playground.ts";

const MIB = 2 ** 20;

let ground: Ground;
let close: () => Promise<void>;
let repository: Repository;
const restarted: ChildProcess[] = [];

beforeAll(async () => {
  ({ ground, close } = await openGround());
  repository = new Repository(join(ground.folder, "app.git"));
  await ground.millwright(ground.folder, "apps", "add", "app", "--git-url", repository.folder);
});
afterAll(async () => {
  for (const child of restarted) await stop(child);
  await close();
});

/** Starts `millwright ARGS` as the playground did the first time. */
function startAgain(name: string, args: string[]): ChildProcess {
  const log = openSync(join(ground.folder, `${name}.log`), "a");
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", log, log], cwd: ground.folder });
  restarted.unshift(child);
  return child;
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  const gone = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await gone;
}

function running(name: "agent" | "controller"): ChildProcess | undefined {
  const again = restarted.find((child) => child.spawnargs.includes(name) && child.signalCode === null);
  return again ?? (name === "agent" ? ground.agents[0] : ground.controller);
}

/** Asks for a build that prints for some seconds, and follows it by the CLI until it prints. */
async function follow(seed: string) {
  const plan: Plan = {
    seed,
    logBytes: 600_000,
    lineBytes: 120,
    binary: false,
    ms: 8_000,
    files: [1_000_000],
    behaviour: "plain",
  };
  repository.commit(plan);
  const args = ["deploy", "build", "--app", "app", "--commit", seed];
  const cli = startCli(ground.folder, args, ground.environment);
  const out: Buffer[] = [];
  cli.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  const told: Buffer[] = [];
  cli.stderr.on("data", (bytes: Buffer) => told.push(bytes));
  const ended = new Promise<number | null>((resolve) => cli.once("close", resolve));
  const printed = () => Buffer.concat(out);
  await eventually("the build prints", () => printed().includes("00000100 "), 60_000);
  return { plan, printed, told: () => Buffer.concat(told).toString(), ended };
}

/** The build ended well at its first attempt, and its stored log and what the CLI printed hold each byte once. */
async function expectUnharmed(id: number, followed: Awaited<ReturnType<typeof follow>>): Promise<void> {
  const exit = await followed.ended;
  expect(exit, `${followed.printed().toString().slice(-2000)}${followed.told()}`).toBe(0);
  expect(await ground.build(id)).toMatchObject({ status: "success", attempt: 1 });
  const stored = Buffer.from(await ground.log(id));
  expect(wrongInLog(stored, followed.plan, true)).toEqual([]);
  expect(wrongInLog(followed.printed(), followed.plan, true)).toEqual([]);
  expect(followed.printed().indexOf(logOf(followed.plan))).toBeGreaterThanOrEqual(0);
}

test("kill -9 of the agent in mid-build: it goes on, and the log has no gap and no doubled byte", async () => {
  const followed = await follow("agent-killed");
  await kill(running("agent"));
  await rest(3_000);
  expect((await ground.build(1)).status).toBe("running");
  startAgain("agent-1", ["agent", "--config", join(ground.folder, "agent-1.config.yaml")]);
  await expectUnharmed(1, followed);
});

test("kill -9 of the controller in mid-build: the same, and the CLI that follows goes on where it was", async () => {
  const followed = await follow("controller-killed");
  const data = join(ground.folder, "controller");
  const addresses = JSON.parse(readFileSync(join(data, "addresses.json"), "utf8")) as { http: string; grpc: string };
  await kill(running("controller"));
  await rest(4_000);
  const http = new URL(addresses.http).host;
  startAgain("controller", ["controller", "--data", data, "--http", http, "--grpc", addresses.grpc]);
  await expectUnharmed(2, followed);
});

test("a step that prints 200 MB and fails shows its last lines, and the daemons grow by less than half of it, and no supervisor needs as much", async () => {
  const folder = join(ground.folder, "loud");
  const script = `
const line = "x".repeat(99) + "\\n";
const block = Buffer.from(line.repeat(10_000));
const { writeSync } = require("node:fs");
const print = (data) => { for (let at = 0; at < data.length; ) { try { at += writeSync(1, data, at); } catch (e) { if (e.code !== "EAGAIN") throw e; } } };
for (let i = 0; i < 200; i += 1) print(block);
print(Buffer.from("these are the last words\\nError: out of luck\\n"));
process.exit(3);
`;
  const url = sampleRepository(folder, () => {
    rmSync(join(folder, "package-lock.json"));
    const manifest = { name: "x", version: "1.0.0", scripts: { build: "node loud.cjs" } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "loud.cjs"), script);
  });
  await ground.millwright(ground.folder, "apps", "add", "loud", "--git-url", url);
  const commit = git(folder, "rev-parse", "HEAD");
  const ran = await ground.millwright(folder, "deploy", "build", "--app", "loud", "--commit", commit, "--detach");
  expect(ran.exit, ran.text).toBe(0);
  const before = {
    agent: peakMemory(running("agent")?.pid ?? 0),
    controller: peakMemory(running("controller")?.pid ?? 0),
    supervisor: 0, // made for this build
  };
  const peaks = { agent: 0, controller: 0, supervisor: 0 };
  await eventually(
    "it has failed",
    async () => {
      peaks.agent = peakMemory(running("agent")?.pid ?? 0);
      peaks.controller = peakMemory(running("controller")?.pid ?? 0);
      peaks.supervisor = Math.max(peaks.supervisor, ...supervisors().map(peakMemory));
      return (await ground.build(3)).finishedAt;
    },
    120_000,
  );
  const build = await ground.build(3);
  expect(build.failure).toMatchObject({ code: "WEB_BUILD_FAILED" });
  expect(build.failure?.why).toContain("out of luck");
  const log = await ground.log(3);
  expect(log.slice(-4000)).toContain("these are the last words\nError: out of luck\n");
  expect(log).toContain("bytes of the log were left out here");
  expect(log.length).toBeLessThan(50 * MIB);
  const shown = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  for (const name of ["agent", "controller", "supervisor"] as const) {
    console.log(`${name}: ${shown(before[name])} before, ${shown(peaks[name])} at most`);
    expect(peaks[name], name).toBeGreaterThan(MIB);
    expect(peaks[name] - before[name], name).toBeLessThan(name === "supervisor" ? 200_000_000 : 100_000_000);
  }
});

function supervisors(): number[] {
  const jobs = join(ground.folder, "agent-1/jobs");
  return readdirSync(jobs).flatMap((name) => {
    const entry = readJson<JournalEntry>(join(jobs, name, "lease.json"));
    return entry ? [entry.supervisor.pid] : [];
  });
}
