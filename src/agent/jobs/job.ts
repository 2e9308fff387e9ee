import { type FSWatcher, statSync, watch } from "node:fs";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { readJson } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { endMarked } from "../../base/processes/tree.ts";
import {
  type LeaseDirective,
  LeaseDirective_Action,
  LeaseState,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { type JobPaths, jobMarker } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { ControllerClient } from "../connection/controller-client.ts";
import { isStale } from "../connection/refusals.ts";
import type { AgentMetrics } from "../health/metrics.ts";
import { sendArtifact } from "../uplink/artifact-uplink.ts";
import { sendCompletion } from "../uplink/completion.ts";
import { EventUplink } from "../uplink/event-uplink.ts";
import { LogUplink } from "../uplink/log-uplink.ts";
import type { JournalEntry, LeaseJournal } from "./lease-journal.ts";
import { resultOfLostJob } from "./lost-result.ts";
import { isRunning } from "./supervisors.ts";

/** Beyond the grace that the supervisor gives to its steps, before the supervisor itself is ended. */
const HARD_CANCEL_MS = 60_000;
const LOOK_MS = 500;

export interface JobContext {
  client: () => ControllerClient;
  journal: LeaseJournal;
  logger: Logger;
  metrics: AgentMetrics;
  logWindowBytes: number;
  logFlushMs: number;
  bootId: string;
}

/**
 * One lease in the daemon: watches its supervisor, sends what appears in the job folder, and ends the lease. It does
 * nothing of the build itself, and can be taken up from the journal at any point.
 */
export class Job {
  readonly entry: JournalEntry;
  readonly paths: JobPaths;
  private readonly context: JobContext;
  private readonly logger: Logger;
  private readonly log: LogUplink;
  private readonly events: EventUplink;
  private readonly uploads = new AbortController();
  private abandoned = false;
  private phase: LeaseState = LeaseState.LEASE_STATE_ACCEPTED;
  private hardCancel: NodeJS.Timeout | undefined;

  constructor(entry: JournalEntry, context: JobContext) {
    this.entry = entry;
    this.context = context;
    this.paths = context.journal.pathsOf(entry.lease.leaseId);
    this.logger = context.logger.child({ build: entry.lease.buildId, lease: entry.lease.leaseId });
    const common = {
      client: context.client,
      lease: entry.lease,
      jobToken: entry.jobToken,
      onDirective: (directive: LeaseDirective) => this.obey(directive),
    };
    this.log = new LogUplink({
      ...common,
      file: this.paths.log,
      windowBytes: context.logWindowBytes,
      flushMs: context.logFlushMs,
      onAcked: (bytes) => context.metrics.logBytes.inc(bytes),
    });
    this.events = new EventUplink({ ...common, file: this.paths.events });
  }

  get state(): LeaseState {
    return this.phase;
  }

  /** Resolves when the lease is over: everything is recorded, or it was abandoned. Never rejects. */
  async run(): Promise<void> {
    const watcher = this.watchFolder();
    const sending = Promise.all([this.log.run(), this.events.run()]);
    sending.catch(() => {}); // looked at below; a stale lease may be noticed before the supervisor ends
    try {
      const outcome = await Promise.race([this.supervised(), sending.then(() => undefined)]);
      const result = outcome ?? (await this.supervised());
      if (!this.abandoned) await this.deliver(result, sending);
    } catch (error) {
      if (isStale(error)) this.abandon("the controller no longer knows this lease");
      else if (!this.abandoned) this.logger.error({ err: error }, "the job could not be followed");
    } finally {
      watcher?.close();
      clearTimeout(this.hardCancel);
      this.log.stop();
      this.events.stop();
    }
    if (this.abandoned) await this.untilSupervisorEnds();
    this.context.journal.forget(this.entry.lease.leaseId);
  }

  /** What the controller says about this lease. */
  obey(directive: LeaseDirective): void {
    if (directive.action === LeaseDirective_Action.ACTION_CANCEL) this.cancel();
    if (directive.action === LeaseDirective_Action.ACTION_ABANDON) this.abandon(directive.reason);
    if (directive.action === LeaseDirective_Action.ACTION_FORGET) this.abandon(directive.reason);
  }

  /** Asks the supervisor to end the build; ends the supervisor too when it doesn't. */
  cancel(): void {
    if (this.entry.cancelRequested) return;
    this.logger.info("the build is canceled");
    this.entry.cancelRequested = true;
    this.context.journal.write(this.entry);
    this.phase = LeaseState.LEASE_STATE_CANCELLING;
    this.signal("SIGTERM");
    this.hardCancel = setTimeout(() => this.signal("SIGKILL"), HARD_CANCEL_MS);
  }

  private abandon(reason: string): void {
    if (this.abandoned) return;
    this.abandoned = true;
    this.logger.warn({ reason }, "the lease was given up");
    this.context.metrics.leasesAbandoned.inc();
    this.uploads.abort();
    this.log.stop();
    this.events.stop();
    this.signal("SIGTERM");
    this.hardCancel ??= setTimeout(() => this.signal("SIGKILL"), HARD_CANCEL_MS);
  }

  private async deliver(result: JobResult, sending: Promise<unknown>): Promise<void> {
    this.phase = LeaseState.LEASE_STATE_UPLOADING;
    this.log.finish(result.logLength);
    this.events.finish(result.lastEventSeq);
    const { client, metrics } = this.context;
    const { lease, jobToken } = this.entry;
    const artifactIds: string[] = [];
    for (const artifact of result.artifacts) {
      const onRetry = () => metrics.artifactRetries.inc();
      const options = { client, lease, jobToken, folder: this.paths.artifacts, signal: this.uploads.signal, onRetry };
      artifactIds.push(await sendArtifact(artifact, options));
      metrics.artifactBytes.inc(artifact.size);
    }
    await sending;
    if (this.abandoned) return;
    await sendCompletion(result, artifactIds, { client, lease, jobToken, signal: this.uploads.signal });
    this.phase = LeaseState.LEASE_STATE_FINISHED;
    metrics.jobs.inc({ outcome: result.outcome, code: result.failure?.code ?? "" });
    this.logger.info({ outcome: result.outcome, code: result.failure?.code }, "the build is recorded");
  }

  /** The result of the job; one that says that the supervisor was lost when it left none. */
  private async supervised(): Promise<JobResult> {
    await this.untilSupervisorEnds();
    const result = readJson<JobResult>(this.paths.result);
    if (result) return result;
    await endMarked(jobMarker(this.entry.lease.leaseId), 2_000);
    const rebooted = this.entry.bootId !== this.context.bootId;
    return resultOfLostJob(this.paths, this.entry, rebooted);
  }

  private async untilSupervisorEnds(): Promise<void> {
    const { supervisor, bootId } = this.entry;
    if (!supervisor || bootId !== this.context.bootId) return;
    while (isRunning(supervisor) && readJson(this.paths.result) === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        this.look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private look: () => void = () => {};

  /** Everything that the supervisor writes wakes the one who sends it. */
  private watchFolder(): FSWatcher | undefined {
    const wakeAll = () => {
      this.log.grew();
      this.events.grew();
      if (this.phase === LeaseState.LEASE_STATE_ACCEPTED && exists(this.paths.events)) {
        this.phase = LeaseState.LEASE_STATE_RUNNING;
      }
      if (exists(this.paths.result)) this.look();
    };
    try {
      return watch(this.paths.folder, wakeAll);
    } catch (cause) {
      throw errorOf("WORK_FOLDER_UNUSABLE", { folder: this.paths.folder, reason: (cause as Error).message }, { cause });
    }
  }

  private signal(signal: NodeJS.Signals): void {
    const { supervisor } = this.entry;
    if (!supervisor || !isRunning(supervisor)) return;
    try {
      process.kill(supervisor.pid, signal);
    } catch {
      // It ended by itself, which is what is wanted.
    }
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
