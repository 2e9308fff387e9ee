import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { now } from "./orders.ts";
import { type Spans, spansOf } from "./spans.ts";

const WRITES = 100;

/** How long 4 KiB take to be safe on the disk of that folder: a commit of the store takes no less. */
export function syncTimes(folder: string): Spans {
  const file = join(folder, "sync");
  const fd = openSync(file, "w");
  try {
    const block = Buffer.alloc(4096);
    return spansOf(
      Array.from({ length: WRITES }, () => {
        const began = now();
        writeSync(fd, block);
        fdatasyncSync(fd);
        return now() - began;
      }),
    );
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}
