import { createWriteStream, type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

const FILE = 0o100000;
const LINK = 0o120777;

/**
 * Zips a bundle of macOS (.app, .xcarchive, .dSYM) under its own name, with what its programs need to run: modes and links.
 * In the order of the names.
 */
export async function zipBundle(bundle: string, target: string): Promise<void> {
  const zip = new ZipFile();
  const entries = readdirSync(bundle, { recursive: true, withFileTypes: true });
  const paths = entries.filter(isKept).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    const name = join(basename(bundle), relative(bundle, path));
    const found = lstatSync(path);
    const mtime = found.mtime;
    if (found.isSymbolicLink()) zip.addBuffer(Buffer.from(readlinkSync(path)), name, { mtime, mode: LINK });
    else if (found.isDirectory()) zip.addEmptyDirectory(name, { mtime });
    else zip.addFile(path, name, { mtime, mode: FILE | (found.mode & 0o777) });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target, { mode: 0o600 }));
}

function isKept(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}
