import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import PQueue from "p-queue";
import { type Blobs, contentOf } from "./blobs.ts";

const PREFIXES = ["content/", "logs/"];
const AT_ONCE = 4;

export interface CopyOptions {
  /** What is there with the right size is believed; without it, it is read and its SHA-256 compared. */
  sizesOnly?: boolean;
  onCopied?: (key: string, size: number) => void;
}

export interface CopyReport {
  copied: number;
  copiedBytes: number;
  /** They were there already, and are right. */
  there: number;
  /** Keys whose bytes are damaged where they come from, or were not the same where they went. */
  wrong: string[];
}

/**
 * Copies every file and log that isn't there yet from one place to another, and compares what stands there. May be broken
 * off anywhere and called again. Throws what the places throw.
 */
export async function copyBlobs(from: Blobs, to: Blobs, options: CopyOptions = {}): Promise<CopyReport> {
  const report: CopyReport = { copied: 0, copiedBytes: 0, there: 0, wrong: [] };
  const queue = new PQueue({ concurrency: AT_ONCE });
  const broken: unknown[] = [];
  for (const prefix of PREFIXES) {
    for await (const key of from.keys(prefix)) {
      await queue.onSizeLessThan(AT_ONCE);
      if (broken.length > 0) break;
      void queue.add(() => copyOne(from, to, key, options, report).catch((error: unknown) => broken.push(error)));
    }
  }
  await queue.onIdle();
  if (broken.length > 0) throw broken[0];
  report.wrong.sort();
  return report;
}

async function copyOne(from: Blobs, to: Blobs, key: string, options: CopyOptions, report: CopyReport): Promise<void> {
  const size = await from.size(key);
  if (size === undefined) return; // removed since it was listed
  const there = await to.size(key);
  if (there === size && (options.sizesOnly || (await isSame(from, to, key, size)))) {
    report.there += 1;
    return;
  }
  const sha256 = await copy(from, to, key, size);
  if (sha256 === undefined || (await to.size(key)) !== size || (await sha256At(to, key, size)) !== sha256) {
    report.wrong.push(key);
    return;
  }
  report.copied += 1;
  report.copiedBytes += size;
  options.onCopied?.(key, size);
}

/** The SHA-256 of what was copied; undefined when it is not what the key promises. */
async function copy(from: Blobs, to: Blobs, key: string, size: number): Promise<string | undefined> {
  const hash = createHash("sha256");
  let read = 0;
  let sha256 = "";
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const piece of await wholeOf(from, key, size)) {
      hash.update(piece as Buffer);
      read += (piece as Buffer).length;
      yield piece as Buffer;
    }
  }
  const stored = await to.store(key, bytes(), () => {
    sha256 = hash.digest("hex");
    return read === size && sha256 === (contentOf(key) ?? sha256);
  });
  return stored ? sha256 : undefined;
}

async function isSame(from: Blobs, to: Blobs, key: string, size: number): Promise<boolean> {
  const expected = contentOf(key) ?? (await sha256At(from, key, size));
  return (await sha256At(to, key, size)) === expected;
}

async function sha256At(blobs: Blobs, key: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of await wholeOf(blobs, key, size)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

async function wholeOf(blobs: Blobs, key: string, size: number): Promise<Readable | []> {
  return (size > 0 ? await blobs.open(key, 0, size - 1) : undefined) ?? [];
}
