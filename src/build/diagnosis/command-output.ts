import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const FIRST_BYTES = 4 * 2 ** 20;
const LAST_BYTES = 8 * 2 ** 20;
const LONGEST_LINE = 2000;

/**
 * The lines that stand in the log from byte `from` on, without colours and empty ones: of long output the first 4 MiB and the
 * last 8. The log holds redacted bytes only.
 */
export function outputLines(log: string, from: number): string[] {
  const fd = openSync(log, "r");
  try {
    const end = fstatSync(fd).size;
    if (end - from <= FIRST_BYTES + LAST_BYTES) return linesOf(read(fd, from, end));
    // Cut lines at the seam are worse than none: both halves lose theirs.
    const first = linesOf(read(fd, from, from + FIRST_BYTES)).slice(0, -1);
    return [...first, ...linesOf(read(fd, end - LAST_BYTES, end)).slice(1)];
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(fd, bytes, done, bytes.length - done, from + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split(/\r\n|\n|\r/)
    .map((line) => stripVTControlCharacters(line.slice(0, LONGEST_LINE)))
    .filter((line) => line.trim() !== "");
}
