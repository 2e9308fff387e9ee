import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { newId } from "../../base/ids.ts";
import { TRASH } from "./measure.ts";

/**
 * Takes a file or folder out of use at once, as a whole, and then removes it. Who is killed in between leaves it in the trash,
 * which the next cleaning empties. Links are removed, never followed. `isFree` is asked in the last moment. Throws what the
 * file system says, and an Error for a path that isn't below its root or is so only by a link.
 */
export function removeFrom(root: string, path: string, isFree: () => boolean): boolean {
  checkPlace(root, path);
  const trash = join(root, TRASH);
  if (dirname(path) === trash || lstatSync(path).isFile()) {
    if (!isFree()) return false;
    remove(path);
    if (dirname(path) === trash) removeWhenEmpty(trash);
    return true;
  }
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  checkPlace(root, join(trash, "x"));
  const aside = join(trash, newId("x"));
  if (!isFree()) return false;
  renameSync(path, aside);
  remove(aside);
  removeWhenEmpty(trash);
  return true;
}

/** A path must be below its root by its name, and by every folder on the way. */
export function checkPlace(root: string, path: string): void {
  const below = relative(root, path);
  if (!isAbsolute(root) || below === "" || below.startsWith("..") || isAbsolute(below)) {
    throw new Error(`${path} is not below ${root}`);
  }
  let folder = root;
  for (const name of below.split(sep).slice(0, -1)) {
    folder = join(folder, name);
    if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is a link`);
  }
}

function removeWhenEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is more in it, left by a cleaning that was broken off: that goes by itself.
  }
}

function remove(path: string): void {
  if (lstatSync(path).isDirectory()) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  else unlinkSync(path);
}
