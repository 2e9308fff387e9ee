import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/observe/logger.ts";
import { wait } from "../../base/time/wait.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import { AGENT_GROUP, ownGroup } from "../host/own-group.ts";

export type GroupLimits = Pick<Isolation, "maxMemoryBytes" | "maxProcesses">;

const WANTED = ["memory", "pids", "cpu"];
/** Of the processor where there is too little: a build has 100. The agent has to answer, and to take logs. */
const AGENT_WEIGHT = "400";
/** What starts a sandbox and keeps it is in the group too, a few of it. */
const STARTERS = 16;
const REMOVE_TRIES = 50;
const REMOVE_EVERY_MS = 100;

/**
 * Control groups of jobs, below the group that was handed over to the agent: `job-<agent>-<lease>/supervisor` and `…/commands`,
 * where <agent> stands for its work folder: agents that share a group must not end each other's builds. The kernel limits the
 * commands; the supervisor is beside them, so that it can tell of a build that was ended.
 */
export class JobGroups {
  /** Why there are none; empty where there are. */
  readonly lacking: string;
  private readonly folder: string;
  private readonly prefix: string;
  private readonly logger: Logger;
  private controllers: string[] = [];

  /** Divides the agent's group. Never throws. `found` is another one in tests. */
  constructor(workFolder: string, logger: Logger, found = ownGroup()) {
    this.logger = logger;
    this.prefix = `job-${createHash("sha256").update(workFolder).digest("hex").slice(0, 8)}-`;
    this.folder = "folder" in found ? found.folder : "";
    this.lacking = "folder" in found ? this.divide() : found.lacking;
    if (this.lacking === "") logger.info({ controllers: this.controllers }, "builds are limited by control groups");
    else logger.info({ reason: this.lacking }, "builds are not limited by control groups");
  }

  /** Makes the group of a job; answers the folder of that of its commands, or undefined where the kernel limits nothing. */
  begin(leaseId: string, limits: GroupLimits): string | undefined {
    if (this.lacking !== "") return undefined;
    const job = join(this.folder, this.prefix + leaseId);
    const commands = join(job, "commands");
    try {
      mkdirSync(job, { recursive: true });
      this.enableIn(job);
      for (const part of ["supervisor", "commands"]) mkdirSync(join(job, part), { recursive: true });
      this.limit(commands, limits);
      return this.controllers.some((each) => each !== "cpu") ? commands : undefined;
    } catch (error) {
      this.logger.warn({ err: error, lease: leaseId }, "a build has no control group");
      void this.end(leaseId);
      return undefined;
    }
  }

  /** The supervisor of a job and all that it will start; a spare one was with the agent until now. */
  place(leaseId: string, pid: number): void {
    if (this.lacking !== "") return;
    try {
      writeFileSync(join(this.folder, this.prefix + leaseId, "supervisor", "cgroup.procs"), String(pid));
    } catch (error) {
      this.logger.warn({ err: error, lease: leaseId }, "a supervisor is not in the control group of its build");
    }
  }

  /** Ends all that is left of a job, whatever it calls itself and whomever it belongs to, and removes its group. */
  async end(leaseId: string): Promise<void> {
    if (this.lacking !== "") return;
    const job = join(this.folder, this.prefix + leaseId);
    if (!namesIn(job).length) return;
    this.attempt(() => writeFileSync(join(job, "cgroup.kill"), "1")); // Linux 5.14
    for (let tries = 0; tries < REMOVE_TRIES && !removeGroup(job); tries += 1) await wait(REMOVE_EVERY_MS);
  }

  /** As `end`, at once or when the supervisor is gone: it still removes the checkout when it has told the result. */
  async endAfter(leaseId: string, supervisorRuns: () => boolean): Promise<void> {
    if (this.lacking !== "") return;
    if (!supervisorRuns()) return this.end(leaseId);
    const timer = setInterval(() => {
      if (supervisorRuns()) return;
      clearInterval(timer);
      void this.end(leaseId);
    }, REMOVE_EVERY_MS).unref(); // an agent that ends before leaves the rest to the next one
  }

  /** Ends what was left of jobs that nobody knows any more. */
  async sweep(held: ReadonlySet<string>): Promise<void> {
    const leases = namesIn(this.folder).filter((name) => name.startsWith(this.prefix));
    const left = leases.map((name) => name.slice(this.prefix.length)).filter((leaseId) => !held.has(leaseId));
    await Promise.all(left.map((leaseId) => this.end(leaseId)));
  }

  private divide(): string {
    try {
      const has = readFileSync(join(this.folder, "cgroup.controllers"), "utf8").trim().split(" ");
      this.controllers = WANTED.filter((each) => has.includes(each));
      // Of an agent before this one, whose unit had no subgroup: a group that is divided holds no process itself.
      const strays = readFileSync(join(this.folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
      for (const pid of strays) {
        this.attempt(() => writeFileSync(join(this.folder, AGENT_GROUP, "cgroup.procs"), pid));
      }
      this.enableIn(this.folder);
    } catch (error) {
      return `The agent's control group can't be divided: ${(error as Error).message}.`;
    }
    if (this.controllers.includes("cpu")) {
      this.attempt(() => writeFileSync(join(this.folder, AGENT_GROUP, "cpu.weight"), AGENT_WEIGHT));
    }
    return "";
  }

  private enableIn(folder: string): void {
    if (this.controllers.length === 0) return;
    writeFileSync(join(folder, "cgroup.subtree_control"), this.controllers.map((each) => `+${each}`).join(" "));
  }

  /**
   * All commands end when one takes too much: what the kernel would choose alone may be a daemon whose loss only makes the
   * build hang. No memory.high, which slows a build down until somebody wonders, and no swap on top of what is allowed.
   */
  private limit(commands: string, { maxMemoryBytes, maxProcesses }: GroupLimits): void {
    const set = (file: string, value: string) => writeFileSync(join(commands, file), value);
    if (this.controllers.includes("memory")) {
      this.attempt(() => set("memory.oom.group", "1"));
      if (maxMemoryBytes > 0) set("memory.max", String(maxMemoryBytes));
      if (maxMemoryBytes > 0) this.attempt(() => set("memory.swap.max", "0")); // missing where the kernel has no swap
    }
    if (this.controllers.includes("pids") && maxProcesses > 0) set("pids.max", String(maxProcesses + STARTERS));
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.logger.debug({ err: error }, "a control group didn't take a word"); // an older kernel, or a process that has ended
    }
  }
}

function removeGroup(folder: string): boolean {
  for (const part of ["supervisor", "commands", ""]) {
    try {
      rmdirSync(join(folder, part));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return false; // its processes are still ending
    }
  }
  return true;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
