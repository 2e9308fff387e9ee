import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";

export interface StartOptions {
  cwd: string;
  /** Takes what the program says. */
  log: string;
  env?: Record<string, string>;
}

/** A program that runs beside the benchmark, and is ended by it. */
export class Started {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly log: string;

  constructor(command: string, args: readonly string[], { cwd, log, env = {} }: StartOptions) {
    const output = openSync(log, "a");
    this.child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", output, output] });
    closeSync(output);
    this.child.on("error", () => {}); // it has no pid then
    if (this.child.pid === undefined) throw new Error(`${command} could not be started`);
    this.pid = this.child.pid;
    this.log = log;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The last of what it said. */
  tail(): string {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").slice(-2_000) : "";
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 30_000);
    await ended;
    clearTimeout(timer);
  }
}
