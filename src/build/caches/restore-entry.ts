import { mkdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type CacheHeader, entryPaths } from "../../protocol/cache-entries.ts";
import { type CopyWay, copyFile, copyWay } from "./copy-file.ts";
import { BrokenEntry, type EntryList, readEntry } from "./entry-list.ts";
import { inBatches } from "./tree.ts";

/**
 * Makes `target`, which must not exist, as the entry was kept; each file's digest is compared while it is written. Throws a
 * BrokenEntry for an entry that was truncated or changed, and leaves nothing of it; `check` may throw to break it off.
 */
export async function restoreEntry(folder: string, target: string, check: () => void): Promise<CacheHeader> {
  const { header, list } = readEntry(folder);
  mkdirSync(target, { recursive: true });
  try {
    await restoreList(entryPaths(folder).tree, target, list, check);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw error;
  }
  const now = new Date();
  utimesSync(entryPaths(folder).header, now, now); // by this the janitor sees what is in use
  return header;
}

async function restoreList(tree: string, target: string, list: EntryList, check: () => void): Promise<void> {
  await inBatches(list.folders, check, (path) => mkdirSync(join(target, path)));
  const way = wayBetween(tree, target, list);
  await inBatches(list.files, check, ([path, mode, mtimeMs, , sha256]) => {
    if (copyOf(join(tree, path), join(target, path), way, mode, mtimeMs) !== sha256) {
      throw new BrokenEntry(`its file ${path} was changed`);
    }
  });
  // Last: no file of the list is written through a link.
  await inBatches(list.links, check, ([path, to]) => symlinkSync(to, join(target, path)));
}

function copyOf(source: string, target: string, way: CopyWay, mode: number, mtimeMs: number): string {
  try {
    return copyFile(source, target, way, mode, mtimeMs);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path === source && code !== undefined) throw new BrokenEntry(`its file ${source} can't be read: ${code}`);
    throw error;
  }
}

/** Tried with the first file: that tells for the whole file system. */
function wayBetween(tree: string, target: string, { files }: EntryList): CopyWay {
  const first = files[0];
  if (!first) return "copy";
  const trial = join(target, first[0]);
  const way = copyWay(join(tree, first[0]), trial);
  rmSync(trial, { force: true });
  return way;
}
