import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/observe/logger.ts";
import { Backoff } from "../../base/time/backoff.ts";
import { SupervisorProcess } from "./supervisor-process.ts";

export interface SupervisorsOptions {
  /** The supervisor's script. */
  program: string;
  workFolder: string;
  /** How many are to be kept ready; asked anew each time. */
  spares: () => number;
  logger: Logger;
  /** For tests. */
  times?: Partial<Times>;
}

interface Times {
  /** A spare isn't replaced before the build that took it has had time for its first commands. */
  restMs: number;
  /** A spare that isn't ready by then hangs. */
  readyMs: number;
  /** A spare that has not taken its order by then hangs. */
  takenMs: number;
}

const TIMES: Times = { restMs: 150, readyMs: 30_000, takenMs: 10_000 };

/**
 * Starts supervisor processes. Some are kept ready without a job, so that a build waits for no process to start: they know
 * nothing of any build, and end by themselves when the daemon does.
 */
export class Supervisors {
  private readonly options: SupervisorsOptions;
  private readonly times: Times;
  private readonly backoff = new Backoff(1_000, 60_000);
  private spares: SupervisorProcess[] = [];
  private timer: NodeJS.Timeout | undefined;
  private begun = 0;
  private closed = false;

  constructor(options: SupervisorsOptions) {
    this.options = options;
    this.times = { ...TIMES, ...options.times };
    rmSync(this.folder, { recursive: true, force: true }); // of spares that were killed with a daemon before this one
    this.fill();
  }

  /** How many wait for a job, and have nothing left to load. */
  get ready(): number {
    return this.spares.filter((spare) => spare.isReady).length;
  }

  /** A supervisor that has no job yet: a spare one if there is any. Throws when none can be started. */
  take(): SupervisorProcess {
    const living = this.spares.filter(({ hasEnded }) => !hasEnded);
    const taken = living.find(({ isReady }) => isReady) ?? living[0];
    this.spares = living.filter((spare) => spare !== taken);
    this.fillAfter(this.times.restMs);
    return taken ?? this.launch();
  }

  /** The configuration was read anew: what was started under the old one goes. */
  renew(): void {
    this.dismissAll();
    this.fill();
  }

  /** No more is kept ready; one that is needed all the same is started then. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.dismissAll();
  }

  private get folder(): string {
    return join(this.options.workFolder, "spares");
  }

  private dismissAll(): void {
    const { spares } = this;
    this.spares = [];
    for (const spare of spares) spare.kill();
  }

  private fillAfter(ms: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => this.fill(), ms).unref();
  }

  /** One after the other: the next is started when this one is ready. */
  private fill(): void {
    clearTimeout(this.timer);
    if (this.closed || this.spares.length >= this.options.spares()) return;
    if (this.spares.some(({ isReady }) => !isReady)) return;
    try {
      this.prepare();
    } catch (error) {
      this.options.logger.warn({ err: error }, "no supervisor could be started ahead");
      this.fillAfter(this.backoff.next());
    }
  }

  private prepare(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.begun += 1;
    const rehearsal = join(this.folder, `${process.pid}-${this.begun}`);
    const spare = this.launch(rehearsal);
    this.spares.push(spare);
    const hangs = setTimeout(() => spare.kill(), this.times.readyMs).unref();
    spare.whenToldMore(() => {
      clearTimeout(hangs);
      if (spare.hasEnded) rmSync(rehearsal, { recursive: true, force: true });
      if (!this.spares.includes(spare)) return; // it was taken or dismissed
      if (spare.hasEnded) return this.lost(spare);
      this.backoff.reset();
      this.fill();
    });
  }

  private lost(spare: SupervisorProcess): void {
    this.spares = this.spares.filter((each) => each !== spare);
    this.options.logger.warn({ pid: spare.handle.pid }, "a supervisor that was kept ready has ended");
    this.fillAfter(this.backoff.next());
  }

  private launch(rehearsal?: string): SupervisorProcess {
    const { program, workFolder } = this.options;
    const place = { program, logFolder: join(workFolder, "logs"), takenMs: this.times.takenMs };
    return new SupervisorProcess(place, rehearsal);
  }
}
