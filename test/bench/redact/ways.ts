import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redactor } from "../../../src/base/redaction/redactor.ts";
import { JobLog } from "../../../src/build/job/log.ts";
import { LogSpool } from "../../../src/protocol/job-folder/log-spool.ts";

/** Something that every chunk of a log goes through; answers how many bytes came out. */
export interface Way {
  name: string;
  run(chunks: readonly Buffer[], times: number): number;
}

const LIMIT = 2 ** 40;

export function waysOf(secrets: readonly string[]): Way[] {
  return [
    { name: "copy of each chunk", run: (chunks, times) => each(chunks, times, (chunk) => Buffer.from(chunk).length) },
    { name: "redactor, no secrets", run: (chunks, times) => redacted(chunks, times, []) },
    { name: "redactor, 50 secrets", run: (chunks, times) => redacted(chunks, times, secrets) },
    { name: "whole way to the spool", run: (chunks, times) => wholeWay(chunks, times, secrets) },
  ];
}

function each(chunks: readonly Buffer[], times: number, pass: (chunk: Buffer) => number): number {
  let length = 0;
  for (let round = 0; round < times; round += 1) for (const chunk of chunks) length += pass(chunk);
  return length;
}

function redacted(chunks: readonly Buffer[], times: number, secrets: readonly string[]): number {
  const redactor = new Redactor();
  redactor.add(secrets);
  const stream = redactor.stream();
  return each(chunks, times, (chunk) => stream.push(chunk).length) + stream.end().length;
}

/** As a step's output goes: redacted, kept for the diagnosis, hashed and written to a file in memory where there is such. */
function wholeWay(chunks: readonly Buffer[], times: number, secrets: readonly string[]): number {
  const folder = mkdtempSync(join(memoryFolder(), "millwright-bench-"));
  try {
    const redactor = new Redactor();
    redactor.add(secrets);
    const spool = new LogSpool(join(folder, "log"), LIMIT, 0);
    const fail = (error: Error) => {
      throw error;
    };
    const sink = new JobLog(spool, redactor, fail).output();
    each(chunks, times, (chunk) => {
      sink.write("stdout", chunk);
      return chunk.length;
    });
    sink.end();
    return spool.close().length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function memoryFolder(): string {
  try {
    closeSync(openSync("/dev/shm", "r"));
    return "/dev/shm";
  } catch {
    return tmpdir(); // no such folder on macOS
  }
}
