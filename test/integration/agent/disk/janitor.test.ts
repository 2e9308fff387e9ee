import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { clean } from "../../../../src/agent/disk/clean.ts";
import { Janitor } from "../../../../src/agent/disk/janitor.ts";
import { createAgentMetrics } from "../../../../src/agent/health/metrics.ts";
import { eventually } from "../../../support/eventually.ts";
import { runCli } from "../../cli/run-cli.ts";
import { CleanGround } from "./clean-ground.ts";

const PROGRAM = resolve("dist/agent/disk/main.js");
const FILES = 10;

function janitorOf(ground: CleanGround, builds: { run: boolean }, cleanBelowBytes: number) {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const metrics = createAgentMetrics();
  const janitor = new Janitor({
    settings: () => ground.settings({}, { cleanBelowBytes }),
    everyMs: () => 3_600_000,
    buildsRun: () => builds.run,
    logger,
    metrics,
    program: PROGRAM,
  });
  onTestFinished(() => janitor.close());
  return { janitor, lines, text: () => metrics.registry.metrics() };
}

test("A cleaning that is killed at any point leaves each thing whole or gone, and the next one ends its work", async () => {
  const ground = new CleanGround();
  const names = Array.from({ length: 40 }, (_, index) => `m${index}.git`);
  const there = () => readdirSync(join(ground.work, "mirrors")).filter((name) => name.endsWith(".git"));
  const fill = () => {
    for (const name of names) {
      for (let file = 0; file < FILES; file += 1) ground.file(`mirrors/${name}/objects/${file}`, 90, 100);
      for (const part of ["objects", "."]) ground.age(join(ground.work, "mirrors", name, part), 90);
    }
  };
  let kills = 0;
  // Each kill comes later than the one before; a cleaning that was quicker is begun again with everything.
  for (let tries = 0; kills < 4; tries += 1) {
    expect(tries).toBeLessThan(40);
    if (there().length <= 8 * kills) fill();
    const aim = there().length - 1 - 2 * kills;
    const child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "ignore", "inherit"] });
    const ended = new Promise((done) => child.once("exit", done));
    child.stdin.end(JSON.stringify(ground.settings()));
    for (const until = Date.now() + 20_000; there().length > aim && child.exitCode === null; ) {
      expect(Date.now()).toBeLessThan(until);
      await othersTurn();
    }
    child.kill("SIGKILL");
    await ended;
    if (child.signalCode === "SIGKILL" && there().length > 0) kills += 1;
    for (const name of there()) {
      expect(readdirSync(join(ground.work, "mirrors", name, "objects"))).toHaveLength(FILES);
    }
  }
  await clean(ground.settings(), { dryRun: false });
  expect([there(), existsSync(join(ground.work, ".millwright-trash"))]).toEqual([[], false]);
});

test("When space gets low the agent cleans before it goes on, tells what it won, and waits until builds let go", async () => {
  const ground = new CleanGround();
  ground.job("l0123456789abcdef");
  ground.folder("mirrors/unused.git", 3, 2 ** 20);
  const npm = ground.file("caches/npm/_cacache/content-v2/x", 1);
  const builds = { run: true };
  const { janitor, lines, text } = janitorOf(ground, builds, 2 ** 60);
  await janitor.sees(2 ** 61);
  expect(janitor.isWorking).toBe(false);
  await janitor.sees(1000);
  await eventually("the cleaning is over", () => !janitor.isWorking);
  expect(ground.has("mirrors/unused.git")).toBe(false);
  expect(ground.has(npm)).toBe(true);
  expect(lines.find(({ msg }) => msg === "cleaned away")).toMatchObject({ kind: "mirrors", why: "space", things: 1 });
  expect(lines.find(({ msg }) => msg === "cleaned the disk")).toMatchObject({
    removedBytes: expect.any(Number),
    inUse: 1,
  });
  expect(await text()).toMatch(/millwright_agent_cleaned_bytes_total\{kind="mirrors"\} 1\d{6}\n/);
  expect(await text()).toContain('millwright_agent_cleanings_total{result="ok"} 1');
  await janitor.sees(1000);
  expect(janitor.isWorking).toBe(false); // not again and again
  builds.run = false;
  rmSync(join(ground.work, "jobs/l0123456789abcdef"), { recursive: true });
  await janitor.sees(1000);
  await eventually("the cache goes too", () => !ground.has(npm));
});

test("An agent that stops breaks its cleaning off, and a cleaning that fails is a warning", async () => {
  const ground = new CleanGround();
  const { janitor, lines } = janitorOf(ground, { run: false }, 0);
  const working = janitor.clean();
  janitor.close();
  await working;
  expect(lines).toEqual([]);
  const broken = janitorOf(new CleanGround(), { run: false }, 0);
  const { janitor: other } = broken;
  Object.assign(other, { options: { ...Reflect.get(other, "options"), program: "/nowhere.js" } });
  await other.clean();
  expect(broken.lines).toEqual([expect.objectContaining({ level: 40, msg: "the disk could not be cleaned" })]);
});

test("millwright agent clean shows what would go and why, and then does it", async () => {
  const ground = new CleanGround();
  ground.folder("mirrors/old.git", 40, 2 ** 20);
  ground.folder("worktrees/l0123456789abcdef", 1);
  const file = join(ground.top, "agent.yaml");
  writeFileSync(file, "workFolder: work\ndisk: { cleanBelow: 0B }\n");
  const run = (...words: string[]) => runCli(["agent", "clean", "--config", file, ...words]);
  const dry = await run("--dry-run");
  expect(dry.exitCode).toBe(0);
  expect(dry.stdout).toMatch(/^KIND +SIZE +USED +WHY +WHAT$/m);
  expect(dry.stdout).toMatch(/^mirrors +1\.0 MiB +40 days ago +not used for long +\S+old\.git$/m);
  expect(dry.stdout).toMatch(/^Would win 1\.\d MiB: /m);
  expect(ground.has("mirrors/old.git")).toBe(true);
  const report = JSON.parse((await run("--dry-run", "--json")).stdout) as { dryRun: boolean; removed: object[] };
  expect(report).toMatchObject({ dryRun: true, removed: [{ kind: "leftovers", why: "left" }, { kind: "mirrors" }] });
  expect((await run()).stdout).toMatch(/^Won 1\.\d MiB: /m);
  expect(ground.names("worktrees")).toEqual([]);
  expect((await run()).stdout).toMatch(/^Nothing to clean away: /);
  writeFileSync(file, "workFolder: elsewhere\n");
  const missing = await run();
  expect(missing.exitCode).not.toBe(0);
  expect(missing.stderr).toContain("no agent has run with it yet");
});
