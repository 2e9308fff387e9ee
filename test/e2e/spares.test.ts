import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JournalEntry } from "../../src/agent/jobs/lease-journal.ts";
import { readJson } from "../../src/base/files.ts";
import { isAlive } from "../../src/base/processes/alive.ts";
import { findNaming } from "../../src/base/processes/marked.ts";
import { Repository } from "../faults/repository.ts";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround } from "../support/playground.ts";

let ground: Ground;
let close: () => Promise<void>;
let repository: Repository;
let agent: ChildProcess | undefined;

beforeAll(async () => {
  ({ ground, close } = await openGround());
  agent = ground.agents[0];
  repository = new Repository(join(ground.folder, "app.git"));
  await ground.millwright(ground.folder, "apps", "add", "app", "--git-url", repository.folder);
});
afterAll(() => close());

/** Of the agent, with a job or without. */
function started(): number[] {
  return findNaming(join(ground.folder, "agent-1/spares"));
}

function journals(): JournalEntry[] {
  const jobs = join(ground.folder, "agent-1/jobs");
  return readdirSync(jobs).flatMap((name) => readJson<JournalEntry>(join(jobs, name, "lease.json")) ?? []);
}

/** The one that waits without a job and without anything left to load. */
async function spare(): Promise<number> {
  const busy = new Set(journals().map(({ supervisor }) => supervisor.pid));
  const waits = (pid: number) => !busy.has(pid) && readdirSync(join(ground.folder, "agent-1/spares")).length === 0;
  return eventually("a supervisor is kept ready", () => started().find(waits), 30_000);
}

async function ask(seed: string, ms: number): Promise<void> {
  repository.commit({ seed, logBytes: 20_000, lineBytes: 100, binary: false, ms, files: [100], behaviour: "plain" });
  const args = ["deploy", "build", "--app", "app", "--commit", seed, "--detach"];
  const ran = await ground.millwright(ground.folder, ...args);
  expect(ran.exit, ran.text).toBe(0);
}

const begun = () => eventually("the build has a supervisor", () => journals()[0]?.supervisor.pid, 30_000);

async function expectSuccess(id: number): Promise<void> {
  await eventually("it has ended", async () => (await ground.build(id)).finishedAt, 120_000);
  expect(await ground.build(id)).toMatchObject({ status: "success", attempt: 1 });
}

test("kill -9 of the agent: its spare is gone soon, and the build that began on another spare goes on and is taken up", async () => {
  const first = await spare();
  await ask("on-a-spare", 8_000);
  expect(await begun()).toBe(first);
  await eventually("it runs", async () => (await ground.build(1)).status === "running", 30_000);
  const second = await spare();
  expect(second).not.toBe(first);
  agent?.kill("SIGKILL");
  await eventually("the spare is gone", () => !isAlive(second), 5_000);
  expect(isAlive(first)).toBe(true);
  agent = ground.restartAgent(1);
  await expectSuccess(1);
});

test("A spare that stands still gets a build and is killed with it: another one does it, at the first attempt", async () => {
  const frozen = await spare();
  process.kill(frozen, "SIGSTOP");
  await ask("on-a-frozen-one", 500);
  expect(await begun()).toBe(frozen);
  process.kill(frozen, "SIGKILL");
  await expectSuccess(2);
});

test("The agent dies with a spare that has a build and has not begun it: the next agent begins it, at the first attempt", async () => {
  const frozen = await spare();
  process.kill(frozen, "SIGSTOP");
  await ask("on-one-that-never-began", 500);
  expect(await begun()).toBe(frozen);
  agent?.kill("SIGKILL");
  process.kill(frozen, "SIGKILL");
  agent = ground.restartAgent(1);
  await expectSuccess(3);
});
