import { AsyncLocalStorage } from "node:async_hooks";
import { logCall } from "./call-log.ts";
import { type Machine, thisMachine } from "./machine.ts";

/** A tool's refusal: what it prints on stderr, and its exit code. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

export interface Call {
  machine: Machine;
  argv: string[];
}

export type Tool = (call: Call) => number | undefined | Promise<number | undefined>;

/** Runs a tool's main function for this process: logs the call, prints a refusal, sets the exit code. */
export async function runTool(name: string, main: Tool): Promise<void> {
  const argv = process.argv.slice(2);
  const ended = logCall(process.env["FAKE_APPLE_LOG"], name, argv);
  let rc: number;
  try {
    rc = (await main({ machine: thisMachine(), argv })) ?? 0;
  } catch (thrown) {
    rc = refused(thrown);
  }
  ended(rc);
  process.exitCode = rc;
}

/** Where a tool prints. */
export interface Printer {
  out(text: string | Uint8Array): void;
  err(text: string): void;
}

const printers = new AsyncLocalStorage<Printer>();

/** What a tool printed, and its exit code. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a tool's function in this process, with its output caught: much quicker than a process of its own. */
export async function callTool(tool: Tool, call: Call): Promise<Ran> {
  const { printer, ran } = catching();
  return printers.run(printer, async () => {
    try {
      return ran((await tool(call)) ?? 0);
    } catch (thrown) {
      return ran(refused(thrown));
    }
  });
}

/** The same for a tool that answers at once. */
export function callToolNow(tool: (call: Call) => unknown, call: Call): Ran {
  const { printer, ran } = catching();
  return printers.run(printer, () => {
    try {
      const code = tool(call);
      return ran(typeof code === "number" ? code : 0);
    } catch (thrown) {
      return ran(refused(thrown));
    }
  });
}

function catching(): { printer: Printer; ran: (code: number) => Ran } {
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const printer: Printer = {
    out: (text) => stdout.push(Buffer.from(text)),
    err: (text) => stderr.push(Buffer.from(text)),
  };
  const textOf = (parts: Uint8Array[]) => Buffer.concat(parts).toString("utf8");
  return { printer, ran: (code) => ({ code, stdout: textOf(stdout), stderr: textOf(stderr) }) };
}

/** Runs `work` without what it prints on stdout. */
export function quietly<T>(work: () => T): T {
  const before = printers.getStore();
  const silent = (): void => {
    // This is what -quiet asks for.
  };
  const aloud = (text: string): void => (before ? before.err(text) : void process.stderr.write(text));
  return printers.run({ out: silent, err: aloud }, work);
}

function refused(thrown: unknown): number {
  if (!(thrown instanceof Refusal)) throw thrown;
  err(thrown.message);
  return thrown.code;
}

export function out(text: string): void {
  outRaw(`${text}\n`);
}

/** Without a newline behind it. */
export function outRaw(text: string | Uint8Array): void {
  const printer = printers.getStore();
  if (printer) printer.out(text);
  else process.stdout.write(text);
}

export function err(text: string): void {
  if (text === "") return;
  const printer = printers.getStore();
  if (printer) printer.err(`${text}\n`);
  else process.stderr.write(`${text}\n`);
}
