import { createWriteStream, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";

const KIND = 0o170000;
const LINK = 0o120000;

/**
 * Unpacks what of a zip begins with `prefix` into `folder`, with modes and links, which signatures cover. Rejects on a link
 * that leads out of the folder; the names themselves yauzl checks.
 */
export async function unpackZip(file: string, prefix: string, folder: string): Promise<void> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.startsWith(prefix)) await unpackEntry(zip, entry, folder);
    }
  } finally {
    zip.close();
  }
}

async function unpackEntry(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const target = join(folder, entry.fileName);
  const mode = entry.externalFileAttributes >>> 16;
  if (entry.fileName.endsWith("/")) {
    mkdirSync(target, { recursive: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & KIND) !== LINK) {
    const permissions = (mode & 0o777) | 0o600;
    await pipeline(content, createWriteStream(target, { flags: "wx", mode: permissions }));
    return;
  }
  const destination = await text(content);
  const inside = relative(folder, resolve(dirname(target), destination));
  if (inside.startsWith("..") || destination.startsWith("/")) throw new Error(`${entry.fileName} links out of the app`);
  symlinkSync(destination, target);
}
