import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The wall clock in milliseconds, with their parts: the one that `date` reads. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A shell command that writes down when it began to run. */
export function stampingCommand(file: string): string {
  return `date +%s%N >>'${file}'`;
}

/** A program that writes down when it began to run, and goes on as another one. */
export function writeStampingProgram(program: string, file: string, goesOnAs: string): void {
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, `#!/bin/sh\n${stampingCommand(file)}\nexec ${goesOnAs} "$@"\n`);
  chmodSync(program, 0o755);
}

/** The first moment after `since` that was written down, in milliseconds; undefined while there is none. */
export function firstStamp(file: string, since: number): number | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => Number(line) / 1e6).find((stamp) => stamp > since);
}
