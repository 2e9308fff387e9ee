import { hash } from "node:crypto";
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { newId } from "../../base/ids.ts";
import { type CacheHeader, entryPaths } from "../../protocol/cache-entries.ts";
import { sha256OfFile } from "./copy-file.ts";
import type { EntryList } from "./entry-list.ts";
import { firstChanged, inBatches, readTree, type Tree } from "./tree.ts";

/** What a keeper says of the entry that it makes. */
export type Kept = Omit<CacheHeader, "format" | "files" | "bytes" | "listSha256" | "createdAtMs">;

export interface KeepOptions {
  /** An entry in the making: a folder of this job alone, with `tree` in it. */
  staged: string;
  /** Where it goes. One that is there already, by another build, stays. */
  folder: string;
  about: Kept;
  /** What the tree was when it was as it should be: what came later is left out. */
  noted?: Tree;
  /** Paths that don't belong to it. */
  leave?: (path: string) => boolean;
  maxBytes: number;
}

/** Why nothing was kept. */
export class NotKept extends Error {}

/**
 * Makes an entry of what lies in `staged` and puts it in its place by one rename: it is there as a whole or not at all.
 * Nothing may write to the files any more. Throws NotKept when they aren't what was noted, or are too much.
 */
export async function keepEntry(options: KeepOptions): Promise<CacheHeader> {
  const { staged, folder, about, noted, leave = () => false } = options;
  const paths = entryPaths(staged);
  const found = await readTree(paths.tree);
  if (noted) checkNoted(noted, found);
  const kept = noted ?? without(found, leave);
  if (kept.bytes > options.maxBytes) throw new NotKept("it is larger than caches.maxEntry");
  removeOthers(paths.tree, found, kept);
  const list = JSON.stringify(await listOf(paths.tree, kept));
  writeFileSync(paths.list, list, { mode: 0o600 });
  const { length: files } = kept.files;
  const header: CacheHeader = {
    format: 1,
    ...about,
    createdAtMs: Date.now(),
    files,
    bytes: kept.bytes,
    listSha256: hash("sha256", list),
  };
  writeFileSync(paths.header, JSON.stringify(header), { mode: 0o600 });
  place(staged, folder);
  return header;
}

function checkNoted(noted: Tree, tree: Tree): void {
  const changed = firstChanged(noted, tree);
  if (changed !== undefined) throw new NotKept(`the build changed ${changed}`);
}

function without(tree: Tree, leave: (path: string) => boolean): Tree {
  const files = tree.files.filter(({ path }) => !leave(path));
  return {
    folders: tree.folders.filter((path) => !leave(path)),
    files,
    links: tree.links.filter(({ path }) => !leave(path)),
    others: [],
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** What isn't kept goes, so that the folder holds what its header says. */
function removeOthers(root: string, found: Tree, kept: Tree): void {
  const folders = new Set(kept.folders);
  const names = new Set([...kept.files, ...kept.links].map(({ path }) => path));
  const others = [...found.files, ...found.links].map(({ path }) => path).concat(found.others);
  for (const path of others) if (!names.has(path)) rmSync(join(root, path), { force: true });
  for (const path of found.folders) if (!folders.has(path)) rmSync(join(root, path), { recursive: true, force: true });
}

async function listOf(root: string, tree: Tree): Promise<EntryList> {
  const list: EntryList = { folders: tree.folders, files: [], links: [] };
  const noCheck = () => {};
  await inBatches(tree.files, noCheck, ({ path, mode, mtimeMs, size, links }) => {
    const file = join(root, path);
    if (links > 1) ownCopy(file); // pnpm links its files to its store, where a build can write to them
    list.files.push([path, mode, mtimeMs, size, sha256OfFile(file)]);
  });
  for (const { path, target } of tree.links) list.links.push([path, target]);
  return list;
}

function ownCopy(file: string): void {
  const next = join(dirname(file), newId(".own-"));
  copyFileSync(file, next);
  renameSync(next, file);
}

function place(staged: string, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    renameSync(staged, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    rmSync(staged, { recursive: true, force: true }); // another build was faster
  }
}
