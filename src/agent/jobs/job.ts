import { existsSync, statSync } from "node:fs";
import { readJson } from "../../base/files.ts";
import type { Logger } from "../../base/observe/logger.ts";
import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import {
  LeaseDirective_Action as Action,
  type LeaseDirective,
  LeaseState,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import { isStale } from "../connection/refusals.ts";
import { Delivery } from "../uplink/delivery.ts";
import { countJob } from "./count-job.ts";
import { FolderWatch } from "./folder-watch.ts";
import type { JobContext } from "./job-context.ts";
import { advance, type HeldLease, type JobInput, NEW_LEASE } from "./job-machine.ts";
import { leaseFields } from "./lease-fields.ts";
import type { JournalEntry } from "./lease-journal.ts";
import { removeLeftovers, undoSigning } from "./leftovers.ts";
import { resultOfLostJob, whyLost } from "./lost-result.ts";
import { isRunning, type SupervisorProcess } from "./supervisor-process.ts";

/** Beyond the grace that the supervisor gives to its steps, before the supervisor itself is ended. */
const HARD_CANCEL_MS = 60_000;

/**
 * One lease in the daemon: watches its supervisor, sends what appears in the job folder, and ends the lease. It does
 * nothing of the build itself, and can be taken up from the journal at any point. What may follow what is decided by
 * `advance`; here the orders are carried out.
 */
export class Job {
  readonly entry: JournalEntry;
  readonly paths: JobPaths;
  private readonly context: JobContext;
  private readonly logger: Logger;
  private readonly delivery: Delivery;
  private readonly folder: FolderWatch;
  private readonly takeSupervisor: () => SupervisorProcess;
  private held: HeldLease;
  private hardCancel: NodeJS.Timeout | undefined;
  private result: JobResult | undefined;
  private measureCancel: (() => void) | undefined;
  private over: () => void = () => {};

  /** `takeSupervisor` answers one without a job, for when the first one is lost before it began. */
  constructor(entry: JournalEntry, context: JobContext, takeSupervisor: () => SupervisorProcess) {
    this.entry = entry;
    this.takeSupervisor = takeSupervisor;
    this.context = context;
    this.paths = context.journal.pathsOf(entry.lease.leaseId);
    this.logger = context.logger.child(leaseFields(entry.lease));
    this.held = { ...NEW_LEASE, cancelRequested: entry.cancelRequested };
    this.delivery = new Delivery(entry, this.paths, context, (directive) => this.obey(directive));
    this.folder = new FolderWatch(this.paths, (changed) => {
      this.delivery.grew(changed);
      if (changed.events) this.take("step-began");
    });
  }

  get state(): LeaseState {
    if (this.held.phase === "uploading") return LeaseState.LEASE_STATE_UPLOADING;
    if (this.held.cancelRequested) return LeaseState.LEASE_STATE_CANCELLING;
    return this.held.phase === "accepted" ? LeaseState.LEASE_STATE_ACCEPTED : LeaseState.LEASE_STATE_RUNNING;
  }

  get hasEnded(): boolean {
    return this.held.ended;
  }

  /** Bytes of the log that are kept here, and how many of them the controller has not acknowledged. */
  logBytes(): { spooled: number; unacked: number } {
    const spooled = statSync(this.paths.log, { throwIfNoEntry: false })?.size ?? 0;
    return { spooled, unacked: Math.max(0, spooled - this.delivery.logAcked) };
  }

  /** Resolves when the lease is over and its folder is gone. */
  async run(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.over = resolve;
    });
    this.delivery.begin().catch((error: unknown) => this.sendingFailed(error));
    if (existsSync(this.paths.events)) this.take("step-began"); // begun under the daemon before this one
    if (this.entry.cancelRequested) this.endSupervisor();
    await this.folder.untilSupervisorEnds(() => this.supervisorRuns());
    if (this.neverBegan() && this.beginAgain()) await this.folder.untilSupervisorEnds(() => this.supervisorRuns());
    await this.context.groups?.endAfter(this.entry.lease.leaseId, () => this.supervisorRuns());
    await undoSigning(this.logger, this.entry.lease.leaseId); // a supervisor that was killed, or could not do it itself
    this.result = await this.resultOf();
    this.measureCancel?.();
    this.take("supervisor-ended");
    await done;
    clearTimeout(this.hardCancel);
    this.folder.close();
  }

  /** Its end is seen at once, not only when it is looked for. */
  startedBy(supervisor: SupervisorProcess): void {
    supervisor.whenToldMore(() => this.folder.look());
  }

  /** What the controller says about this lease. */
  obey(directive: LeaseDirective): void {
    if (directive.action === Action.ACTION_CANCEL) this.cancel();
    if (directive.action === Action.ACTION_ABANDON) this.abandon(directive.reason, "controller");
    if (directive.action === Action.ACTION_FORGET) this.take("forget");
  }

  /** Asks the supervisor to end the build; ends the supervisor too when it doesn't. */
  cancel(): void {
    this.take("cancel");
  }

  /** Ends the build and sends nothing more. `kind` is what the metrics count it as. */
  abandon(reason: string, kind: "controller" | "stale" | "away" | "unsendable"): void {
    const before = this.held.phase;
    this.take("abandon");
    if (this.held.phase === before) return;
    this.logger.warn({ reason }, "the lease was given up");
    this.context.metrics.leasesAbandoned.inc({ reason: kind });
  }

  private take(input: JobInput): void {
    const { held, orders } = advance(this.held, input);
    const asked = held.cancelRequested && !this.held.cancelRequested;
    this.held = held;
    for (const order of orders) {
      if (order === "end-supervisor") this.endSupervisor();
      else if (order === "stop-sending") this.delivery.stop();
      else if (order === "deliver") this.deliver();
      else this.forget();
    }
    if (asked) this.rememberCancel();
  }

  private rememberCancel(): void {
    this.logger.info("the build is canceled");
    this.measureCancel = this.context.metrics.cancelLatency.startTimer();
    this.entry.cancelRequested = true;
    try {
      this.context.journal.write(this.entry);
    } catch (error) {
      this.logger.warn({ err: error }, "the cancel could not be written down"); // the controller says it again when asked
    }
  }

  private deliver(): void {
    const { result } = this;
    if (!result) {
      this.take("abandon");
      return;
    }
    const delivered = () => {
      this.logger.info({ outcome: result.outcome, code: result.failure?.code }, "the build is recorded");
      this.count(result);
      this.take("recorded");
    };
    this.delivery.finish(result).then(delivered, (error: unknown) => this.sendingFailed(error));
  }

  private count(result: JobResult): void {
    try {
      countJob(this.context.metrics, this.paths, result);
    } catch (error) {
      this.logger.warn({ err: error }, "the build could not be counted"); // its folder is damaged; it is recorded all the same
    }
  }

  private sendingFailed(error: unknown): void {
    if (isStale(error)) {
      this.abandon("the controller no longer knows this lease", "stale");
      return;
    }
    if (this.held.phase === "abandoned" || this.held.phase === "forgotten") return;
    this.logger.error({ err: error }, "the job could not be sent");
    this.abandon("what it left can't be sent", "unsendable");
  }

  private forget(): void {
    this.context.journal.forget(this.entry.lease.leaseId);
    this.over();
  }

  /** The result that the supervisor left, or one that says why it left none; a disk too full for it is waited for. */
  private async resultOf(): Promise<JobResult | undefined> {
    const result = readJson<JobResult>(this.paths.result);
    if (result) return result;
    const failure = await whyLost(this.entry, this.context);
    const orphans = await removeLeftovers(this.context.workFolder, this.entry.lease.leaseId, this.logger);
    this.context.metrics.orphansReaped.inc(orphans);
    for (const backoff = new Backoff(500, 10_000); this.held.phase !== "abandoned"; await wait(backoff.next())) {
      try {
        return resultOfLostJob(this.paths, this.entry, failure);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
    return undefined;
  }

  /** Nothing of the build was done: the log is the first that a supervisor makes. */
  private neverBegan(): boolean {
    const { bootId, cancelRequested } = this.entry;
    const wanted = bootId === this.context.bootId && !cancelRequested && this.held.phase !== "abandoned";
    return wanted && !existsSync(this.paths.log) && !existsSync(this.paths.result);
  }

  /** By another supervisor, once: one that was kept ready may have died, or hung, before it took its order. */
  private beginAgain(): boolean {
    try {
      const supervisor = this.takeSupervisor();
      this.entry.supervisor = supervisor.handle;
      this.context.journal.write(this.entry);
      this.context.groups?.place(this.entry.lease.leaseId, supervisor.handle.pid);
      this.startedBy(supervisor);
      supervisor.order(this.paths.folder);
      this.logger.warn("the supervisor ended before it began; another one has the build now");
      return true;
    } catch (error) {
      this.logger.error({ err: error }, "the build could not be begun again");
      return false;
    }
  }

  private supervisorRuns(): boolean {
    const { supervisor, bootId } = this.entry;
    return bootId === this.context.bootId && isRunning(supervisor);
  }

  private endSupervisor(): void {
    this.signal("SIGTERM");
    this.hardCancel ??= setTimeout(() => this.signal("SIGKILL"), HARD_CANCEL_MS);
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.supervisorRuns()) return;
    this.context.metrics.killEscalations.inc({ signal });
    try {
      process.kill(this.entry.supervisor.pid, signal);
    } catch {
      // It ended by itself, which is what is wanted.
    }
  }
}
