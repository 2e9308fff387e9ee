import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { isAlive, processStartTime } from "../../base/processes/alive.ts";

/** A supervisor at work: started by this daemon, or by one before it. */
export interface SupervisorHandle {
  pid: number;
  startTime: string | undefined;
}

export interface TakenSupervisor {
  handle: SupervisorHandle;
  /** Hands it a job folder. */
  order(jobFolder: string): void;
  /** It ends without a job. */
  dismiss(): void;
}

/**
 * Starts supervisor processes: detached, in sessions of their own, so that they go on when the daemon doesn't. One is kept
 * ready without a job, so that a build doesn't wait for a process to start; it ends by itself when the daemon does.
 */
export class Supervisors {
  private readonly program: string;
  private readonly logFolder: string;
  private spare: ChildProcess | undefined;
  private closed = false;

  /** `program` is the supervisor's script; `logFolder` takes what the spare says before it has a job. */
  constructor(program: string, logFolder: string) {
    this.program = program;
    this.logFolder = logFolder;
    this.prepare();
  }

  /** A supervisor that has no job yet. Throws when none can be started. */
  take(): TakenSupervisor {
    const ready = this.spare?.exitCode === null && this.spare.stdin?.writable;
    const child = ready ? (this.spare as ChildProcess) : this.launch();
    this.spare = undefined;
    setImmediate(() => this.prepare());
    const pid = child.pid;
    if (pid === undefined) throw new Error("the supervisor could not be started");
    return {
      handle: { pid, startTime: processStartTime(pid) },
      order: (jobFolder) => child.stdin?.end(`${JSON.stringify({ folder: jobFolder })}\n`),
      dismiss: () => child.stdin?.end(),
    };
  }

  close(): void {
    this.closed = true;
    this.spare?.stdin?.end();
    this.spare = undefined;
  }

  private prepare(): void {
    if (!this.closed && this.spare === undefined) this.spare = this.launch();
  }

  private launch(): ChildProcess {
    const output = openSync(join(this.logFolder, "supervisors.log"), "a", 0o600);
    // Only what node itself needs: the agent's own variables are not for builds.
    const env = { PATH: process.env["PATH"] ?? "" };
    // A core dump of the supervisor, or of a tool that signs, would hold what it knew: the limit is inherited by all of them.
    const withoutCore = 'ulimit -c 0 && exec "$0" "$@"';
    const child = spawn("/bin/sh", ["-c", withoutCore, process.execPath, this.program], {
      detached: true,
      env,
      stdio: ["pipe", output, output],
    });
    closeSync(output);
    child.on("error", () => {}); // it has no pid then, which start() tells
    child.stdin?.on("error", () => {}); // it died before it got its job: the job is seen as lost by its pid
    child.unref();
    return child;
  }
}

/** Whether exactly this process still runs, and not another one that was given its pid. */
export function isRunning(handle: SupervisorHandle): boolean {
  return isAlive(handle.pid) && (handle.startTime === undefined || processStartTime(handle.pid) === handle.startTime);
}
