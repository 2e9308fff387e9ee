import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

export interface TreeFile {
  path: string;
  mode: number;
  mtimeMs: number;
  size: number;
  /** Change when anybody writes to the file, whatever he says of its time. */
  ctimeMs: number;
  ino: number;
  links: number;
}

/** What is in a folder; paths are relative to it, with folders before what is in them. */
export interface Tree {
  folders: string[];
  files: TreeFile[];
  links: { path: string; target: string }[];
  /** Neither file, folder nor link. */
  others: string[];
  bytes: number;
}

const BATCH = 256;

/** Looks at everything in a folder; follows no link. `leave` says of a path that it and what is below don't count. */
export async function readTree(root: string, leave: (path: string) => boolean = () => false): Promise<Tree> {
  const tree: Tree = { folders: [], files: [], links: [], others: [], bytes: 0 };
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (leave(path)) continue;
      if (entry.isDirectory()) {
        tree.folders.push(path);
        waiting.push(path);
      } else if (entry.isFile()) addFile(tree, root, path);
      else if (entry.isSymbolicLink()) tree.links.push({ path, target: readlinkSync(join(root, path)) });
      else tree.others.push(path);
    }
    if (tree.folders.length % BATCH === 0) await setImmediate();
  }
  return tree;
}

function addFile(tree: Tree, root: string, path: string): void {
  const { mode, mtimeMs, size, ctimeMs, ino, nlink } = lstatSync(join(root, path));
  tree.files.push({ path, mode: mode & 0o777, mtimeMs, size, ctimeMs, ino, links: nlink });
  tree.bytes += size;
}

/** Does `work` for each, and lets others have their turn from time to time. */
export async function inBatches<T>(items: readonly T[], check: () => void, work: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    work(item);
    if (index % BATCH !== BATCH - 1) continue;
    await setImmediate();
    check();
  }
}

/** The first file of `before` that is no longer what it was; undefined when all are. New ones don't count. */
export function firstChanged(before: Tree, after: Tree): string | undefined {
  const now = new Map(after.files.map((file) => [file.path, file]));
  const changed = before.files.find((file) => !isSame(file, now.get(file.path)));
  if (changed) return changed.path;
  const links = new Map(after.links.map(({ path, target }) => [path, target]));
  return before.links.find(({ path, target }) => links.get(path) !== target)?.path;
}

/** What `after` has that `before` hasn't. */
export function firstNew(before: Tree, after: Tree): string | undefined {
  const names = (tree: Tree) => [...tree.files, ...tree.links].map(({ path }) => path).concat(tree.others);
  const known = new Set(names(before));
  return names(after).find((path) => !known.has(path));
}

function isSame(file: TreeFile, other: TreeFile | undefined): boolean {
  return other !== undefined && file.ino === other.ino && file.ctimeMs === other.ctimeMs && file.size === other.size;
}
