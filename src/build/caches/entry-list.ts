import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type CacheHeader, entryPaths, readHeader } from "../../protocol/cache-entries.ts";

/** What is in an entry: made when it was kept, by what each file held then. */
export interface EntryList {
  folders: string[];
  /** Path, mode, time in ms, size, SHA-256. */
  files: [string, number, number, number, string][];
  /** Path, target. */
  links: [string, string][];
}

/** An entry that can't be used any more: it is thrown away. */
export class BrokenEntry extends Error {}

/** Throws a BrokenEntry when header or list are not what was kept. */
export function readEntry(folder: string): { header: CacheHeader; list: EntryList } {
  const header = readHeader(folder);
  if (!header) throw new BrokenEntry("its header can't be read");
  const text = readList(folder);
  if (hash("sha256", text) !== header.listSha256) throw new BrokenEntry("its list of files was changed");
  const list = JSON.parse(text) as EntryList;
  const paths = [...list.folders, ...list.files.map(([path]) => path), ...list.links.map(([path]) => path)];
  const outside = paths.find((path) => !isBelow(path));
  if (outside !== undefined) throw new BrokenEntry(`it names a file outside of itself: ${outside}`);
  return { header, list };
}

function readList(folder: string): string {
  try {
    return readFileSync(entryPaths(folder).list, "utf8");
  } catch {
    throw new BrokenEntry("its list of files can't be read");
  }
}

function isBelow(path: string): boolean {
  return path !== "" && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
