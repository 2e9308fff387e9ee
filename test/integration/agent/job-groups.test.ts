import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ownGroup } from "../../../src/agent/host/own-group.ts";
import { JobGroups } from "../../../src/agent/jobs/job-groups.ts";
import { createLogger } from "../../../src/base/observe/logger.ts";
import { realGroup } from "../../support/control-group.ts";
import { eventually } from "../../support/eventually.ts";

const logger = createLogger("test", "fatal");
const WORK = "/var/lib/millwright";
/** Of the agent with that work folder. */
const job = (leaseId: string) => `job-${createHash("sha256").update(WORK).digest("hex").slice(0, 8)}-${leaseId}`;
const NONE = { maxMemoryBytes: 0, maxProcesses: 0 };

/** Tests against the kernel's own tree: a system without one that this user may write says so. */
function realTest(title: string, run: (folder: string) => Promise<void>): void {
  test(title, async (context) => {
    const folder = realGroup();
    if (folder === undefined) return context.skip("no control group of version 2 may be written here");
    return run(folder);
  });
}

function sleeper(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", "sleep 4712 & sleep 4712"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function processesIn(folder: string): string[] {
  return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
}

realTest(
  "A supervisor and what it starts are in the group of its job, and all of it ends with the job",
  async (folder) => {
    const groups = new JobGroups(WORK, logger, { folder });
    expect(groups.lacking).toBe("");
    groups.begin("l1", NONE);
    const child = sleeper();
    groups.place("l1", child.pid ?? 0);
    const late = spawn("/bin/sh", [
      "-c",
      `echo 0 >${folder}/${job("l1")}/commands/cgroup.procs; exec setsid sleep 4713`,
    ]);
    onTestFinished(() => void late.kill("SIGKILL"));
    await eventually("the command is in", () => processesIn(join(folder, `${job("l1")}/commands`)).length === 1);
    expect(processesIn(join(folder, `${job("l1")}/supervisor`))).toContain(String(child.pid));
    await groups.end("l1");
    await eventually("both have ended", () => child.signalCode === "SIGKILL" && late.signalCode === "SIGKILL");
    expect(existsSync(join(folder, `${job("l1")}`))).toBe(false);
  },
);

realTest(
  "The next agent takes up the groups of jobs that go on, and removes those that nobody knows",
  async (folder) => {
    const before = new JobGroups(WORK, logger, { folder });
    const [goesOn, left] = [sleeper(), sleeper()];
    for (const [leaseId, child] of [["l1", goesOn] as const, ["l2", left] as const]) {
      before.begin(leaseId, NONE);
      before.place(leaseId, child.pid ?? 0);
    }
    const after = new JobGroups(WORK, logger, { folder });
    await after.sweep(new Set(["l1"]));
    await eventually("what was left has ended", () => left.signalCode === "SIGKILL");
    expect(existsSync(join(folder, `${job("l2")}`))).toBe(false);
    expect(processesIn(join(folder, `${job("l1")}/supervisor`))).toContain(String(goesOn.pid));
    await after.end("l1");
    expect(existsSync(join(folder, `${job("l1")}`))).toBe(false);
  },
);

realTest("A supervisor that has told its result may remove its checkout before its group ends", async (folder) => {
  const groups = new JobGroups(WORK, logger, { folder });
  groups.begin("l1", NONE);
  const [supervisor, left] = [sleeper(), sleeper()];
  for (const { pid } of [supervisor, left]) groups.place("l1", pid ?? 0);
  await groups.endAfter("l1", () => supervisor.exitCode === null && supervisor.signalCode === null);
  expect(supervisor.signalCode).toBeNull();
  supervisor.kill("SIGTERM");
  await eventually("the rest is ended with it", () => left.signalCode === "SIGKILL");
  expect(supervisor.signalCode).toBe("SIGTERM");
  await eventually("the group is gone", () => !existsSync(join(folder, job("l1"))));
});

realTest("Agents that share a group leave each other's builds alone", async (folder) => {
  const [one, other] = [new JobGroups(WORK, logger, { folder }), new JobGroups("/elsewhere", logger, { folder })];
  const child = sleeper();
  one.begin("l1", NONE);
  one.place("l1", child.pid ?? 0);
  await other.sweep(new Set());
  expect(processesIn(join(folder, job("l1"), "supervisor"))).toContain(String(child.pid));
  await one.end("l1");
});

realTest("Processes that an older agent left in the group itself make room", async (folder) => {
  const stray = sleeper();
  writeFileSync(join(folder, "cgroup.procs"), String(stray.pid));
  expect(new JobGroups(WORK, logger, { folder }).lacking).toBe("");
  expect(processesIn(join(folder, "agent"))).toContain(String(stray.pid));
  stray.kill("SIGKILL");
  await eventually("it is gone", () => !processesIn(join(folder, "agent")).includes(String(stray.pid)));
  for (const pid of processesIn(join(folder, "agent"))) process.kill(Number(pid), "SIGKILL");
  await eventually("the group is empty", () => processesIn(join(folder, "agent")).length === 0);
});

/** Files as the kernel would have them, where none hands over control groups that limit anything. */
function toldGroup(controllers: string): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-group-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "agent"));
  writeFileSync(join(folder, "cgroup.controllers"), `${controllers}\n`);
  writeFileSync(join(folder, "cgroup.procs"), "");
  return folder;
}

test("What the host allows stands in the group of the commands, not in that of the supervisor", () => {
  const folder = toldGroup("cpuset cpu io memory pids");
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const commands = new JobGroups(WORK, logger, { folder }).begin("l1", { maxMemoryBytes: 2 ** 31, maxProcesses: 500 });
  expect(commands).toBe(join(folder, `${job("l1")}/commands`));
  expect(read("cgroup.subtree_control")).toBe("+memory +pids +cpu");
  expect(read(`${job("l1")}/cgroup.subtree_control`)).toBe("+memory +pids +cpu");
  expect(read("agent/cpu.weight")).toBe("400");
  expect(read(`${job("l1")}/commands/memory.max`)).toBe(String(2 ** 31));
  expect(read(`${job("l1")}/commands/memory.swap.max`)).toBe("0");
  expect(read(`${job("l1")}/commands/memory.oom.group`)).toBe("1");
  expect(read(`${job("l1")}/commands/pids.max`)).toBe("516");
  expect(readdirSync(join(folder, `${job("l1")}/supervisor`))).toEqual([]);
});

test("What isn't limited isn't written, and what the kernel lacks isn't asked for", () => {
  const unlimited = toldGroup("cpu memory pids");
  new JobGroups(WORK, logger, { folder: unlimited }).begin("l1", NONE);
  expect(readdirSync(join(unlimited, `${job("l1")}/commands`))).toEqual(["memory.oom.group"]);
  const poor = toldGroup("cpu");
  expect(
    new JobGroups(WORK, logger, { folder: poor }).begin("l1", { maxMemoryBytes: 1, maxProcesses: 1 }),
  ).toBeUndefined();
  expect(readdirSync(join(poor, `${job("l1")}/commands`))).toEqual([]);
});

test("An agent that nobody handed a group to divides none, and says why", () => {
  const folder = toldGroup("cpu memory pids");
  const says = { mounts: join(folder, "mounts"), groups: join(folder, "groups") };
  const told = (mounts: string, groups: string) => {
    writeFileSync(says.mounts, mounts);
    writeFileSync(says.groups, groups);
    return ownGroup(says);
  };
  const mount = "31 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";
  const unit = "/system.slice/millwright-agent.service";
  expect(told(mount, `0::${unit}/agent\n`)).toEqual({ folder: `/sys/fs/cgroup${unit}` });
  expect(told(mount, `0::${unit}\n`)).toEqual({ lacking: expect.stringContaining("systemd 254") });
  expect(told("", `4:memory:/x\n`)).toEqual({ lacking: "This system has no control groups of version 2." });
  const inside = "31 24 0:27 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
  expect(told(inside, "0::/docker/1/agent\n")).toEqual({ folder: "/sys/fs/cgroup" });
  expect(told(inside, "0::/other/agent\n")).toEqual({ lacking: "The agent's control group isn't mounted here." });
  expect(new JobGroups(WORK, logger, { lacking: "because" }).begin("l1", NONE)).toBeUndefined();
  const gone = new JobGroups(WORK, logger, { folder: join(folder, "gone") });
  expect(gone.lacking).toContain("can't be divided");
});
