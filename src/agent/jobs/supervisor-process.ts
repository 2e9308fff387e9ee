import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { isAlive, processStartTime } from "../../base/processes/alive.ts";
import { jobPaths } from "../../protocol/job-folder/paths.ts";

/** A supervisor at work: started by this daemon, or by one before it. */
export interface SupervisorHandle {
  pid: number;
  startTime: string | undefined;
}

export interface SupervisorPlace {
  /** The supervisor's script. */
  program: string;
  /** Takes what a supervisor says before it has a job. */
  logFolder: string;
  /** One that was ready takes its order within so many milliseconds, or it hangs and is ended. */
  takenMs: number;
}

/** One that still has to load everything takes its order by then, also on a host with far too much to do. */
const LOADED_MS = 60_000;

/** Where it says "ready" and "taken", a line each: see `src/build/supervisor/say.ts`. */
const SAYS = 3;

/**
 * A process that was started as a supervisor by this daemon: detached, in a session of its own, so that it goes on when the
 * daemon doesn't. Until it has an order it ends by itself when the daemon does, because its stdin ends.
 */
export class SupervisorProcess {
  readonly handle: SupervisorHandle;
  /** It has nothing left to load, and waits for its order. */
  isReady = false;
  hasEnded = false;
  private readonly child: ChildProcess;
  private readonly takenMs: number;
  private readonly told: (() => void)[] = [];
  private untaken: NodeJS.Timeout | undefined;

  /** With `rehearsal`, a folder of its own that isn't there yet, it makes itself warm in it. Throws when it can't be started. */
  constructor({ program, logFolder, takenMs }: SupervisorPlace, rehearsal?: string) {
    this.takenMs = takenMs;
    this.child = launch(program, logFolder, rehearsal);
    this.child.on("error", () => {}); // it has no pid then
    this.child.stdin?.on("error", () => {}); // it died before it got its job, which its end tells
    const { pid } = this.child;
    if (pid === undefined) throw new Error("the supervisor could not be started");
    this.handle = { pid, startTime: processStartTime(pid) };
    this.child.once("exit", () => this.ended());
    const says = this.child.stdio[SAYS] as Socket;
    says.unref();
    says.on("error", () => {}); // its end tells
    says.on("data", (bytes: Buffer) => this.hear(bytes.toString()));
  }

  /** Hands it a job folder. */
  order(jobFolder: string): void {
    this.child.stdin?.end(`${JSON.stringify({ folder: jobFolder })}\n`);
    const { log } = jobPaths(jobFolder);
    const late = () => {
      if (!existsSync(log)) this.kill(); // else it works, and it was this daemon that stood still
    };
    this.untaken = setTimeout(late, this.isReady ? this.takenMs : LOADED_MS).unref();
  }

  /** For one without an order, or one that hangs: nothing is lost with it. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Called once it is ready or has ended, whichever comes first, and again when it has ended. */
  whenToldMore(listener: () => void): void {
    this.told.push(listener);
  }

  private hear(words: string): void {
    if (words.includes("taken")) clearTimeout(this.untaken);
    if (this.isReady || !words.includes("ready")) return;
    this.isReady = true;
    this.tell();
  }

  private ended(): void {
    clearTimeout(this.untaken);
    this.hasEnded = true;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.told) listener();
  }
}

function launch(program: string, logFolder: string, rehearsal: string | undefined): ChildProcess {
  const output = openSync(join(logFolder, "supervisors.log"), "a", 0o600);
  // Only what node itself needs: the agent's own variables are not for builds.
  const env = { PATH: process.env["PATH"] ?? "" };
  // A core dump of the supervisor, or of a tool that signs, would hold what it knew: the limit is inherited by all of them.
  const withoutCore = 'ulimit -c 0 && exec "$0" "$@"';
  const words = [program, "--says", String(SAYS), ...(rehearsal === undefined ? [] : ["--rehearse", rehearsal])];
  const child = spawn("/bin/sh", ["-c", withoutCore, process.execPath, ...words], {
    detached: true,
    env,
    stdio: ["pipe", output, output, "pipe"],
  });
  closeSync(output);
  child.unref();
  return child;
}

/** Whether exactly this process still runs, and not another one that was given its pid. */
export function isRunning(handle: SupervisorHandle): boolean {
  return isAlive(handle.pid) && (handle.startTime === undefined || processStartTime(handle.pid) === handle.startTime);
}
