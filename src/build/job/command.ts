import { existsSync } from "node:fs";
import { constants } from "node:os";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { type Command, type Exit, run } from "../../base/processes/run.ts";
import { runInTerminal } from "../../base/processes/run-in-terminal.ts";
import { which } from "../../base/processes/which.ts";
import { jobMarker } from "../../protocol/job-folder/paths.ts";
import type { StepId } from "../../protocol/steps.ts";
import { contain, isolationOf } from "../containment/contain.ts";
import type { JobContext } from "./context.ts";
import { commandTitle } from "./parts.ts";
import type { RecentLines } from "./recent-lines.ts";

export interface JobCommand {
  step: StepId;
  command: string;
  args: readonly string[];
  cwd: string;
  /** Complete: see `hostEnvironment` and `appEnvironment`. */
  environment: Record<string, string>;
  /** Text for its stdin. */
  input?: string;
  /** It rewrites its progress line all the time. */
  thinProgress?: boolean;
  /** Lines to be found in the end, however much is printed after them. */
  noteworthy?: RegExp;
  /** Receives what goes to the log, with secrets masked, also where the log itself leaves out its middle. Must not throw. */
  keep?: (bytes: Buffer) => void;
  /** It runs nothing of the app, and needs what builds may not see: it isn't contained. */
  trusted?: true;
  /** Folders that it may write besides those of `writableFolders`. */
  writes?: readonly string[];
}

/** bubblewrap ends with 1 when it can't make a sandbox, sandbox-exec with 65 (a profile it doesn't understand) or 71. */
const SANDBOX_FAILED = [1, 65, 71];
const SANDBOX_SAYS = /^(?:bwrap|sandbox-exec): .*/;

export interface CommandEnd {
  ok: boolean;
  /** `exit code 1`, `signal SIGKILL`: for texts. */
  exit: string;
  recent: RecentLines;
  /** The command as one would type it: for texts. */
  words: string;
  /** The byte of the log at which its output begins. */
  logFrom: number;
  /** `host:port` of what it wanted to reach, and the host allows no build to. */
  refused?: readonly string[];
}

/**
 * Runs a command with its output in the log, headed by its command line. Throws the reason when the job was stopped,
 * TOOL_MISSING when there is no such program, and DISK_FULL when it failed for want of space.
 */
export async function runLogged(context: JobContext, command: JobCommand): Promise<CommandEnd> {
  const words = [shortName(command.command), ...command.args];
  context.log.command(words);
  const logFrom = context.log.onDisk;
  const sink = context.log.output(command);
  const startedAt = performance.now();
  const runner = (wanted: Command) => start(context, command.step, wanted);
  const output: Command["onOutput"] = (stream, bytes) => sink.write(stream, bytes);
  const exit = await execute(context, { ...command, reachesOut: true }, runner, output);
  takeTime(context, command, startedAt);
  const recent = sink.end();
  const refused = context.egress?.tell(context) ?? [];
  context.stop.check();
  failWhenNotStarted(exit, command);
  if (exit.contained && SANDBOX_FAILED.includes(exit.exitCode ?? 0))
    failWhenNotContained(recent.match(SANDBOX_SAYS)?.[0]);
  if (exit.outputHeldOpen) context.log.line("(a process that the command left behind still held its output)");
  const ok = exit.exitCode === 0;
  const full = ok ? undefined : recent.match(/ENOSPC(?!.*file watchers)|No space left on device|Disk quota exceeded/i);
  if (full) throw errorOf("DISK_FULL", { reason: `${shortName(command.command)} said: ${full.input.trim()}` });
  return { ok, exit: exitText(exit), recent, words: words.join(" "), logFrom, refused };
}

/** On a terminal when the host is configured so; node-pty is loaded only then. */
async function start(context: JobContext, step: StepId, wanted: Command): Promise<Exit> {
  if (!context.host.terminal) return run(wanted);
  const missing = (cause: unknown) => errorOf("TOOL_MISSING", { tool: "node-pty", step }, { cause });
  return runInTerminal(wanted).catch((cause: unknown) => Promise.reject(missing(cause)));
}

/** In a sandbox where this job has one: there the command is looked for, whatever folders the app's PATH names. */
async function execute(
  context: JobContext,
  command: JobCommand & { reachesOut?: true },
  runner: (wanted: Command) => Promise<Exit>,
  onOutput: Command["onOutput"],
): Promise<Exit & { contained: boolean }> {
  const wanted = { ...processOf(context, command), onOutput };
  const isolation = command.trusted ? undefined : isolationOf(context);
  if (!isolation) return { ...(await runner(wanted)), contained: false };
  const { close, ...outside } = contain(context, isolation, {
    ...wanted,
    writes: command.writes ?? [],
    reachesOut: command.reachesOut === true,
  });
  try {
    const exit = withSignal(await runner({ ...wanted, ...outside }));
    // 127 is how bubblewrap says that there is no such program, 71 is how sandbox-exec does.
    const missing =
      [71, 127].includes(exit.exitCode ?? 0) && !existsSync(wanted.command) ? { failedToStart: "ENOENT" } : {};
    return { ...exit, ...missing, contained: true };
  } finally {
    close();
  }
}

/** A sandbox tells the signal that ended its command as shells do. */
function withSignal(exit: Exit): Exit {
  const number = (exit.exitCode ?? 0) - 128;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return signal ? { ...exit, exitCode: undefined, signal } : exit;
}

export interface QuietEnd {
  ok: boolean;
  exit: string;
  stdout: Buffer;
  stderr: string;
}

/** Runs a command that the log needn't show, at most 64 MiB of output. Throws as `runLogged` does. */
export async function runQuietly(context: JobContext, command: JobCommand): Promise<QuietEnd> {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let length = 0;
  const startedAt = performance.now();
  const exit = await execute(context, command, run, (stream, bytes) => {
    length += bytes.length;
    if (length <= 64 * 2 ** 20) parts[stream].push(bytes);
  });
  takeTime(context, command, startedAt);
  context.log.touch();
  context.stop.check();
  failWhenNotStarted(exit, command);
  const stderr = Buffer.concat(parts.stderr).toString();
  if (exit.contained && SANDBOX_FAILED.includes(exit.exitCode ?? 0))
    failWhenNotContained(SANDBOX_SAYS.exec(stderr)?.[0]);
  return {
    ok: exit.exitCode === 0,
    exit: exitText(exit),
    stdout: Buffer.concat(parts.stdout),
    stderr,
  };
}

function takeTime({ parts, log }: JobContext, { command, args }: JobCommand, startedAt: number): void {
  parts?.add(log.redactor.text(commandTitle(command, args)), performance.now() - startedAt);
}

function processOf(context: JobContext, command: JobCommand) {
  const { environment } = command;
  return {
    // The lookup goes by the child's PATH, not by the supervisor's own.
    command: command.command.includes("/")
      ? command.command
      : (which(command.command, environment["PATH"] ?? "") ?? command.command),
    args: command.args,
    cwd: command.cwd,
    environment,
    ...(command.input === undefined ? {} : { input: command.input }),
    signal: context.stop.signal,
    graceMs: context.host.cancelGraceMs,
    marker: jobMarker(context.spec.lease.leaseId),
  };
}

function failWhenNotStarted(exit: Exit, command: JobCommand): void {
  if (exit.failedToStart === undefined) return;
  throw errorOf(
    "TOOL_MISSING",
    { tool: shortName(command.command), step: command.step },
    { detail: `starting it failed with ${exit.failedToStart}` },
  );
}

/** `said`: bubblewrap's own complaint. */
function failWhenNotContained(said: string | undefined): void {
  if (said) throw errorOf("ISOLATION_FAILED", { reason: `${said}.` });
}

function exitText(exit: Exit): string {
  return exit.signal ? `signal ${exit.signal}` : `exit code ${exit.exitCode ?? "unknown"}`;
}

/** `npm` for `/usr/bin/npm`: the log reads as one would type it. */
function shortName(command: string): string {
  return command.slice(command.lastIndexOf("/") + 1);
}
