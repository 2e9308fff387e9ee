import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Failure } from "../../base/errors/millwright-error.ts";
import { makePrivateFolder } from "../../base/files.ts";
import { newSecret } from "../../base/ids.ts";
import { ENTRIES_FOLDER, STORING_FOLDER } from "../../protocol/cache-entries.ts";
import type { LeaseDirective, LeaseReport } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { HostSettings, Isolation, LeaseRef } from "../../protocol/job-folder/spec.ts";
import type { SignedSpec } from "../../protocol/spec-signature.ts";
import type { AgentConfig } from "../config.ts";
import { Job } from "./job.ts";
import type { JobContext } from "./job-context.ts";
import { leaseFields } from "./lease-fields.ts";
import type { JournalEntry } from "./lease-journal.ts";
import type { Supervisors } from "./supervisors.ts";

/** What an accepted offer brings. */
export interface AcceptedJob extends SignedSpec {
  /** As it was offered. */
  lease: LeaseRef;
  specSha256: Buffer;
  jobToken: string;
}

/** The jobs of this agent. */
export class JobTable {
  private readonly jobs = new Map<string, Job>();
  private readonly context: JobContext;
  private readonly supervisors: Supervisors;
  private readonly materialSocket: string;
  /** Called whenever a job ends: there is room for another one. That one begins is no news to who gave it. */
  onEnd: () => void = () => {};

  constructor(context: JobContext, supervisors: Supervisors, materialSocket: string) {
    this.context = context;
    this.supervisors = supervisors;
    this.materialSocket = materialSocket;
  }

  get size(): number {
    return this.jobs.size;
  }

  has(leaseId: string): boolean {
    return this.jobs.has(leaseId);
  }

  find(leaseId: string): JournalEntry | undefined {
    return this.jobs.get(leaseId)?.entry;
  }

  /** Bytes of the logs of all jobs, and how many of them the controller has not acknowledged. */
  logBytes(): { spooled: number; unacked: number } {
    const each = [...this.jobs.values()].map((job) => job.logBytes());
    const sum = (of: "spooled" | "unacked") => each.reduce((total, bytes) => total + bytes[of], 0);
    return { spooled: sum("spooled"), unacked: sum("unacked") };
  }

  reports(): LeaseReport[] {
    return [...this.jobs.values()].map((job) => ({
      lease: job.entry.lease,
      state: job.state,
      step: "",
      cancelSeen: job.entry.cancelRequested,
    }));
  }

  obey(directive: LeaseDirective): void {
    if (directive.lease) this.jobs.get(directive.lease.leaseId)?.obey(directive);
  }

  cancelAll(): void {
    for (const job of this.jobs.values()) job.cancel();
  }

  /** Ends the builds that still run and sends nothing more of them; what has ended waits to be delivered. */
  abandonRunning(reason: string): void {
    for (const job of this.jobs.values()) if (!job.hasEnded) job.abandon(reason, "away");
  }

  /** Gives up every lease, also those that have ended and wait to be delivered. */
  abandonAll(reason: string): void {
    for (const job of this.jobs.values()) job.abandon(reason, "controller");
  }

  /**
   * Writes the job folder and hands it to a supervisor. When that fails, as on a full disk, nothing of it is left. With
   * `refused` the supervisor only says why.
   */
  begin(accepted: AcceptedJob, config: AgentConfig, isolation: Isolation, refused?: Failure): void {
    if (!createHash("sha256").update(accepted.spec).digest().equals(accepted.specSha256)) {
      throw new Error("the job's spec was damaged on its way");
    }
    const { lease } = accepted;
    if (!/^[A-Za-z0-9_-]+$/.test(lease.leaseId)) throw new Error("the lease has no name that a folder may have");
    const { journal, bootId } = this.context;
    const paths = journal.pathsOf(lease.leaseId);
    const supervisor = this.supervisors.take();
    try {
      const entry: JournalEntry = {
        lease,
        jobToken: accepted.jobToken,
        materialKey: newSecret(),
        bootId,
        supervisor: supervisor.handle,
        cancelRequested: false,
      };
      const settings = hostSettings(config, lease, this.materialSocket, entry.materialKey);
      const host: HostSettings = { ...settings, isolation, ...(refused ? { refused } : {}) };
      const controlGroup = this.context.groups?.begin(lease.leaseId, isolation);
      if (controlGroup !== undefined) host.controlGroup = controlGroup;
      makePrivateFolder(paths.artifacts);
      // Only this boot of the host has use for these two: they needn't be on the disk before the build begins.
      writeFileSync(paths.spec, accepted.spec, { mode: 0o600 });
      writeFileSync(paths.host, JSON.stringify(host), { mode: 0o600 });
      // The journal names the supervisor before it has the job: a daemon that dies here leaves none that nobody knows.
      journal.write(entry);
      this.context.groups?.place(lease.leaseId, supervisor.handle.pid);
      this.follow(entry).startedBy(supervisor);
    } catch (error) {
      supervisor.kill();
      void this.context.groups?.end(lease.leaseId);
      journal.forget(lease.leaseId);
      throw error;
    }
    supervisor.order(paths.folder);
  }

  /** Takes up what the journal holds: jobs that went on, or ended, while no daemon ran. */
  adopt(entry: JournalEntry): void {
    this.follow(entry);
  }

  private follow(entry: JournalEntry): Job {
    const job = new Job(entry, this.context, () => this.supervisors.take());
    this.jobs.set(entry.lease.leaseId, job);
    this.count();
    const ended = () => {
      this.jobs.delete(entry.lease.leaseId);
      this.count();
      this.onEnd();
    };
    job.run().then(ended, (error: unknown) => {
      this.context.logger.error({ err: error, ...leaseFields(entry.lease) }, "a job could not be ended");
      ended();
    });
    return job;
  }

  private count(): void {
    this.context.metrics.slotsBusy.set(this.jobs.size);
  }
}

function hostSettings(config: AgentConfig, lease: LeaseRef, materialSocket: string, materialKey: string): HostSettings {
  const work = (...names: string[]) => join(config.workFolder, ...names);
  const platformVersions: Record<string, string> = {};
  if (config.cordova.android) platformVersions["android"] = config.cordova.android;
  if (config.cordova.ios) platformVersions["ios"] = config.cordova.ios;
  return {
    agentName: config.name,
    mirrorsFolder: work("mirrors"),
    worktree: work("worktrees", lease.leaseId),
    toolsFolder: work("tools"),
    scratch: work("scratch", lease.leaseId),
    npmCache: work("caches", "npm"),
    caches: {
      entries: work(ENTRIES_FOLDER),
      storing: work(STORING_FOLDER),
      keep: config.caches.keep,
      keepFreeBytes: Math.max(config.disk.cleanBelow, config.disk.minFree),
      maxEntryBytes: config.caches.maxEntry,
    },
    environment: config.buildEnvironment,
    nodeFolders: config.nodeFolders,
    xcodeFolders: config.xcode.folders,
    preferredXcode: config.xcode.preferred,
    targetPlatforms: config.targetPlatforms,
    userHome: homedir(),
    cordovaVersion: config.cordova.version,
    platformVersions,
    requirePinned: config.cordova.pinned === "required",
    minFreeBytes: config.disk.minFree,
    cancelGraceMs: config.job.cancelGrace,
    timeoutMs: config.job.timeout,
    silenceMs: config.job.silence,
    keepWorktree: config.job.keepWorktree,
    terminal: config.job.terminal,
    logLimitBytes: config.log.limit,
    logTailBytes: config.log.tail,
    materialSocket,
    materialKey,
    allow: { ...config.allow, ruledBy: config.ruledBy },
  };
}
