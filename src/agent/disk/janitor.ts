import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "../../base/observe/logger.ts";
import { which } from "../../base/processes/which.ts";
import { wait } from "../../base/time/wait.ts";
import type { AgentMetrics } from "../health/metrics.ts";
import type { CleanReport } from "./clean.ts";
import type { CleanSettings } from "./find/find-all.ts";

const PROGRAM = fileURLToPath(new URL("main.js", import.meta.url));
/** A host that has just started has better things to do. */
const FIRST_MS = 5 * 60_000;
/** With little space left it is tried so often, and at once when a build has ended that kept things from going. */
const LOW_AGAIN_MS = 10 * 60_000;
/** A heartbeat waits so long for a cleaning, so that what can be mended isn't told as a trouble. */
const PATIENCE_MS = 3_000;

export interface JanitorOptions {
  /** Read anew at each cleaning: a reload of the configuration may change it. */
  settings: () => CleanSettings;
  everyMs: () => number;
  buildsRun: () => boolean;
  logger: Logger;
  metrics: AgentMetrics;
  firstMs?: number;
  program?: string;
}

/** Cleans the disk in a process of low priority: from time to time, and when space gets low. */
export class Janitor {
  private readonly options: JanitorOptions;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private child: ChildProcess | undefined;
  private lastLowAt = Number.NEGATIVE_INFINITY;
  private keptByBuilds = false;
  private closed = false;

  constructor(options: JanitorOptions) {
    this.options = options;
    this.next(options.firstMs ?? FIRST_MS);
  }

  /**
   * Told of the free space at each heartbeat: cleans when it is low. Resolves at once where it isn't, else when the cleaning is
   * done, or takes long.
   */
  async sees(freeBytes: number): Promise<void> {
    if (freeBytes >= this.options.settings().limits.cleanBelowBytes) return;
    const now = performance.now();
    const canDoMore = this.keptByBuilds && !this.options.buildsRun();
    if (this.working === undefined && !canDoMore && now - this.lastLowAt < LOW_AGAIN_MS) return;
    if (this.working === undefined) {
      this.lastLowAt = now;
      void this.clean();
    }
    await Promise.race([this.working, wait(PATIENCE_MS)]);
  }

  /** Whether it is at work. */
  get isWorking(): boolean {
    return this.working !== undefined;
  }

  /** Cleans, or waits for the cleaning that is under way. Never rejects: what can't be cleaned is a warning. */
  clean(): Promise<void> {
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      this.next(this.options.everyMs());
    });
    return this.working;
  }

  /** The time between two cleanings may have changed. */
  reschedule(): void {
    if (this.working === undefined) this.next(this.options.everyMs());
  }

  /** What is under way is broken off, which harms nothing. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.child?.kill("SIGKILL");
  }

  private next(ms: number): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.clean(), Math.min(ms, 2 ** 31 - 1));
    this.timer.unref();
  }

  private async work(): Promise<void> {
    const { logger, metrics, settings } = this.options;
    try {
      const report = await this.run(settings());
      if (this.closed) return;
      metrics.cleanings.inc({ result: report ? "ok" : "skipped" });
      if (report) this.tell(report);
    } catch (error) {
      if (this.closed) return;
      metrics.cleanings.inc({ result: "failed" });
      logger.warn({ err: error }, "the disk could not be cleaned");
    }
  }

  private tell(report: CleanReport): void {
    const { logger, metrics } = this.options;
    this.keptByBuilds = report.inUse.length > 0;
    for (const { kind, things, bytes } of report.removed) {
      metrics.cleanedThings.inc({ kind }, things);
      metrics.cleanedBytes.inc({ kind }, bytes);
    }
    metrics.keptBytes.set(report.keptBytes);
    for (const each of report.failed) logger.warn(each, "something could not be cleaned away");
    for (const row of report.removed) logger.info(row, "cleaned away");
    const { removedBytes, keptBytes, freeBytesAfter } = report;
    const inUse = report.inUse.length;
    if (report.removed.length > 0) logger.info({ removedBytes, keptBytes, freeBytesAfter, inUse }, "cleaned the disk");
  }

  /** Undefined when somebody else cleans at this moment. */
  private run(settings: CleanSettings): Promise<CleanReport | undefined> {
    const env = { PATH: process.env["PATH"] ?? "" };
    const ionice = which("ionice", env.PATH);
    const [program = "", ...args] = [
      ...(ionice ? [ionice, "-c2", "-n7"] : []),
      process.execPath,
      this.options.program ?? PROGRAM,
    ];
    const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.child = child;
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => said.push(bytes));
    child.stdin.on("error", () => {}); // it died before it read its settings: its end tells
    child.stdin.end(JSON.stringify(settings));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        const text = Buffer.concat(out).toString();
        if (code === 0) resolve(text === "" ? undefined : (JSON.parse(text) as CleanReport));
        else
          reject(
            new Error(`the cleaning ended with ${signal ?? code}: ${Buffer.concat(said).toString().slice(-2_000)}`),
          );
      });
    });
  }
}
