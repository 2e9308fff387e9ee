import { closeSync, createReadStream, createWriteStream, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { JobContext } from "../job/context.ts";
import { hashFile } from "./hash-file.ts";

const NAME = "xcodebuild.log.gz";

/**
 * Runs `use` with a function that takes what cordova and xcodebuild print, all of it, with secrets masked. However it ends,
 * also by a cancel, that becomes an artifact of the build.
 */
export async function withXcodebuildLog<T>(
  context: JobContext,
  use: (keep: (bytes: Buffer) => void) => Promise<T>,
): Promise<T> {
  const file = join(context.host.scratch, "xcodebuild.log");
  const fd = openSync(file, "w", 0o600);
  let lost: unknown;
  const keep = (bytes: Buffer) => {
    if (lost !== undefined) return;
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    } catch (error) {
      lost = error;
    }
  };
  try {
    return await use(keep);
  } finally {
    closeSync(fd);
    await collect(context, file).catch((error: unknown) => {
      lost = error;
    });
    if (lost !== undefined) context.log.line(`The whole log of xcodebuild could not be kept: ${String(lost)}`);
  }
}

async function collect(context: JobContext, file: string): Promise<void> {
  if (statSync(file).size === 0) return;
  mkdirSync(context.paths.artifacts, { recursive: true, mode: 0o700 });
  const target = join(context.paths.artifacts, NAME);
  await pipeline(createReadStream(file), createGzip(), createWriteStream(target, { mode: 0o600 }));
  context.found.artifacts.push({ name: NAME, kind: "log", ...(await hashFile(target)), metadata: {} });
}
