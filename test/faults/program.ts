import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program under test as a process, started anew as often as the suite wants. Its output goes to a file. */
export class Program {
  private readonly args: string[];
  private readonly cwd: string;
  readonly logFile: string;
  private child: ChildProcess | undefined;

  /** `args` are those of node. */
  constructor(args: string[], cwd: string, logFile: string) {
    this.args = args;
    this.cwd = cwd;
    this.logFile = logFile;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  start(): void {
    const log = openSync(this.logFile, "a");
    this.child = spawn(process.execPath, this.args, { cwd: this.cwd, stdio: ["ignore", log, log] });
    closeSync(log);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.child?.kill(signal);
  }

  /** Ends it at once and waits until it is gone. */
  async kill(): Promise<void> {
    await this.end("SIGKILL", 5_000);
  }

  /** Asks it to end, and kills it when it doesn't within `ms`; answers whether it did by itself. */
  async stop(ms = 15_000): Promise<boolean> {
    this.signal("SIGCONT");
    return this.end("SIGTERM", ms);
  }

  /** The last of what it said: for reports. */
  tail(bytes = 2000): string {
    return readFileSync(this.logFile, "utf8").slice(-bytes);
  }

  private async end(signal: NodeJS.Signals, ms: number): Promise<boolean> {
    const child = this.child;
    if (!child || !this.running) return true;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    let byItself = true;
    const timer = setTimeout(() => {
      byItself = false;
      child.kill("SIGKILL");
    }, ms);
    await gone;
    clearTimeout(timer);
    return byItself;
  }
}

/** The most memory that a process ever had resident, in bytes; 0 when it is gone or there is no /proc. */
export function peakMemory(pid: number): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
