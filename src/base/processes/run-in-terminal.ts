import { randomBytes } from "node:crypto";
import type { IPty } from "node-pty";
import { isAlive } from "./alive.ts";
import type { Command, Exit } from "./run.ts";
import { endProcessTree } from "./tree.ts";

/**
 * Prints an end mark with the exit code and waits until it was read. A terminal drops what is still in it when its last
 * process exits (measured with node-pty 1.1: 10 to 15 % of short runs lost output), so the shell must outlive the reading.
 */
const WRAPPER = `stty -echo -onlcr 2>/dev/null; "$@"; code=$?; printf '%s%s\\033\\\\' "$MILLWRIGHT_END" "$code"; read -r _`;

/** What ends the mark, as it ends every command to a terminal. */
const CLOSE = Buffer.from("\u001b\\");

/** Wide enough that tools don't fold their lines. */
const COLUMNS = 200;

/**
 * As `run`, but on a terminal, for tools that print colours or progress only there. All output comes as `stdout`. Rejects
 * when node-pty, which is optional, is not installed.
 */
export async function runInTerminal(command: Command): Promise<Exit> {
  const { spawn } = await import("node-pty");
  const end = `\u001b]millwright;${randomBytes(12).toString("hex")};`;
  const terminal = spawn("/bin/sh", ["-c", WRAPPER, "sh", command.command, ...command.args], {
    cwd: command.cwd,
    env: { TERM: "xterm-256color", ...command.environment, MILLWRIGHT_END: end },
    cols: COLUMNS,
    rows: 50,
    encoding: null,
  });
  const code = readUntilEnd(terminal, end, command.onOutput);
  const exited = new Promise<{ exitCode: number; signal?: number }>((resolve) => {
    terminal.onExit(resolve);
  });
  let ending: Promise<unknown> | undefined;
  const stop = () => {
    ending ??= endProcessTree(terminal.pid, command.graceMs ?? 10_000, command.marker);
  };
  if (command.signal?.aborted) stop();
  command.signal?.addEventListener("abort", stop, { once: true });
  const exit = await exited;
  command.signal?.removeEventListener("abort", stop);
  await ending;
  const outputHeldOpen = isAlive(-terminal.pid);
  const marked = code();
  if (marked !== undefined) return { exitCode: marked, signal: undefined, outputHeldOpen };
  return { exitCode: exit.signal ? undefined : exit.exitCode, signal: nameOf(exit.signal), outputHeldOpen };
}

/** Passes output on up to the end mark, lets the shell go when it comes, and answers a way to the code in it. */
function readUntilEnd(terminal: IPty, end: string, onOutput: Command["onOutput"]): () => number | undefined {
  const mark = Buffer.from(end);
  let held: Buffer = Buffer.alloc(0);
  let code: number | undefined;
  // With `encoding: null` node-pty gives buffers, which its types don't say.
  terminal.onData((data) => {
    const bytes = Buffer.concat([held, data as unknown as Buffer]);
    const at = bytes.indexOf(mark);
    const close = at < 0 ? -1 : bytes.indexOf(CLOSE, at + mark.length);
    if (close > 0) {
      onOutput("stdout", bytes.subarray(0, at));
      held = Buffer.alloc(0);
      code = Number(bytes.subarray(at + mark.length, close).toString("latin1"));
      terminal.write("\n");
      return;
    }
    const cut = at < 0 ? partialMark(bytes, mark) : at;
    held = Buffer.from(bytes.subarray(cut));
    if (cut > 0) onOutput("stdout", bytes.subarray(0, cut));
  });
  return () => {
    if (held.length > 0) onOutput("stdout", held);
    return code;
  };
}

/** Where the mark may begin at the end of these bytes. */
function partialMark(bytes: Buffer, mark: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return bytes.length - length;
  }
  return bytes.length;
}

function nameOf(signal: number | undefined): string | undefined {
  return signal ? `signal ${signal}` : undefined;
}
