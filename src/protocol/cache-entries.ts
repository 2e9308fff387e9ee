import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CACHE_KINDS, type CacheKind } from "./cache-use.ts";

/** Where entries lie in the agent's work folder, and where a build makes one before it is renamed to its place. */
export const ENTRIES_FOLDER = join("caches", "entries");
export const STORING_FOLDER = "storing";

/** The files of an entry's folder: ENTRIES/APP/SCOPE/KIND/KEY. */
export function entryPaths(folder: string) {
  return {
    folder,
    /** CacheHeader; the time of this file is the last use. */
    header: join(folder, "entry.json"),
    /** Every file of `tree` with its SHA-256; the header has that of the list. */
    list: join(folder, "list.json"),
    tree: join(folder, "tree"),
  };
}

export interface CacheHeader {
  format: 1;
  kind: CacheKind;
  key: string;
  app: { id: string; name: string };
  /** Whose builds wrote it: `default` for commits of the default branch, else a branch or a commit. */
  scope: string;
  createdAtMs: number;
  files: number;
  bytes: number;
  /** How long it took to make by the tool that made it. */
  tookMs: number;
  listSha256: string;
}

export interface FoundEntry {
  folder: string;
  /** Undefined when it can't be read: then the entry is worth nothing. */
  header: CacheHeader | undefined;
  usedAtMs: number;
}

/** Every entry below the folder of entries. What vanishes meanwhile is left out. */
export function findEntries(entries: string): FoundEntry[] {
  let folders = [entries];
  for (let depth = 0; depth < 4; depth += 1) folders = folders.flatMap(foldersIn);
  return folders.map((folder) => ({ folder, header: readHeader(folder), usedAtMs: usedAt(folder) }));
}

/** Undefined when it is missing or damaged. */
export function readHeader(folder: string): CacheHeader | undefined {
  try {
    const header = JSON.parse(readFileSync(entryPaths(folder).header, "utf8")) as CacheHeader;
    const { format, kind, key, app, scope, files, bytes, listSha256 } = header;
    const whole =
      format === 1 && CACHE_KINDS.includes(kind) && typeof app.name === "string" && files >= 0 && bytes >= 0;
    const named = [key, scope, listSha256].every((text) => typeof text === "string");
    return whole && named ? header : undefined;
  } catch {
    return undefined;
  }
}

function usedAt(folder: string): number {
  const found = statSync(entryPaths(folder).header, { throwIfNoEntry: false });
  return (found ?? statSync(folder, { throwIfNoEntry: false }))?.mtimeMs ?? 0;
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return []; // nothing was kept yet, or it was just removed
  }
}
