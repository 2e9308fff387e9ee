import { execa } from "execa";
import { endProcessTree } from "./tree.ts";

export interface Command {
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the child: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  /** Receives every byte of stdout and stderr as it comes; back-pressure by doing its work before it returns. */
  onOutput: (stream: "stdout" | "stderr", bytes: Buffer) => void;
  /** For stdin, which is closed after it; without it stdin is empty. */
  input?: string | Uint8Array;
  /** Ends the whole process tree: TERM, and KILL after `graceMs`. */
  signal?: AbortSignal;
  graceMs?: number;
  /** Environment entry (`NAME=value`) by which processes that left the group are found. */
  marker?: string;
}

export interface Exit {
  exitCode: number | undefined;
  signal: string | undefined;
  /** The command could not be started; holds the system's code, such as ENOENT. */
  failedToStart?: string;
  /** Output was cut because a process that outlived the command still held the pipe. */
  outputHeldOpen: boolean;
}

const DRAIN_MS = 5_000;

/**
 * Runs a command in a process group of its own and resolves when it has exited and its output has been read. Never
 * rejects: what the command did is in the answer. Resolves on exit plus at most 5 s of draining, not on close, because a
 * background child may hold the pipes for ever (measured: 4 s late with a plain `sleep &`).
 */
export async function run(command: Command): Promise<Exit> {
  const child = execa(command.command, command.args, {
    cwd: command.cwd,
    env: command.environment,
    extendEnv: false,
    detached: true,
    buffer: false,
    reject: false,
    cleanup: false,
    stdin: command.input === undefined ? "ignore" : "pipe",
    stdout: "pipe",
    stderr: "pipe",
    stripFinalNewline: false,
  });
  if (command.input !== undefined) {
    child.stdin?.on("error", () => {}); // the child may exit before it has read its input: its exit code tells
    child.stdin?.end(command.input);
  }
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null && stream !== undefined);
  child.stdout?.on("data", (bytes: Buffer) => command.onOutput("stdout", bytes));
  child.stderr?.on("data", (bytes: Buffer) => command.onOutput("stderr", bytes));

  const settled = child.then((result) => result);
  if (child.pid === undefined) {
    const result = await settled;
    return { exitCode: undefined, signal: undefined, failedToStart: result.code ?? "UNKNOWN", outputHeldOpen: false };
  }
  const pid = child.pid;
  const exited = new Promise<{ exitCode: number | undefined; signal: string | undefined }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
  let ending: Promise<unknown> | undefined;
  const end = () => {
    ending ??= endProcessTree(pid, command.graceMs ?? 10_000, command.marker);
  };
  if (command.signal?.aborted) end();
  command.signal?.addEventListener("abort", end, { once: true });
  try {
    const exit = await exited;
    await ending;
    const outputHeldOpen = await drained(streams);
    return { ...exit, outputHeldOpen };
  } finally {
    command.signal?.removeEventListener("abort", end);
  }
}

/** Waits until the pipes end, at most DRAIN_MS; true when they had to be cut. */
function drained(streams: NodeJS.ReadableStream[]): Promise<boolean> {
  const open = streams.filter((stream) => !(stream as { readableEnded?: boolean }).readableEnded);
  return new Promise((resolve) => {
    let left = open.length;
    if (left === 0) return resolve(false);
    const timer = setTimeout(() => {
      for (const stream of open) (stream as { destroy?: () => void }).destroy?.();
      resolve(true);
    }, DRAIN_MS);
    for (const stream of open) {
      stream.once("close", () => {
        left -= 1;
        if (left > 0) return;
        clearTimeout(timer);
        resolve(false);
      });
    }
  });
}
