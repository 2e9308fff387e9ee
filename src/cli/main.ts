#!/usr/bin/env node
import { CommanderError } from "commander";
import { toFailure } from "../base/errors/millwright-error.ts";
import { Invocation } from "./commands/invocation.ts";
import { programOf } from "./commands/program.ts";
import { EXIT, exitCodeOfFailure } from "./exit-codes.ts";
import type { Surroundings } from "./session.ts";
import type { OutputStream } from "./terminal/output.ts";

const surroundings: Surroundings = {
  environment: process.env,
  folder: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
};

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.pipeClosed);
    throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
await drained(process.stdout);
await drained(process.stderr);
process.exit();

/** Runs the words of a command line and resolves with the exit code; whatever went wrong was printed. */
async function runCli(words: string[]): Promise<number> {
  const invocation = new Invocation(surroundings);
  try {
    await programOf(invocation).parseAsync(words, { from: "user" });
    return invocation.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.refused; // help and version
    return printError(error, words.includes("--json"));
  }
}

async function printError(error: unknown, json: boolean): Promise<number> {
  const failure = toFailure(error);
  const { Output } = await import("./terminal/output.ts");
  const { printFailure } = await import("./building/summary.ts");
  const output = new Output(surroundings.stdout, surroundings.stderr, process.env, json ? "result" : "all");
  printFailure(output, failure);
  if (failure.code === "INTERNAL_ERROR" && process.env["MILLWRIGHT_DEBUG"]) output.note((error as Error).stack ?? "");
  if (json) output.result({ error: failure });
  return exitCodeOfFailure(failure);
}

function drained(stream: OutputStream & { write(text: string, done: () => void): boolean }): Promise<void> {
  return new Promise((resolve) => void stream.write("", () => resolve()));
}
