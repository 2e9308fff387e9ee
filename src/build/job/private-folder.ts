import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { privateFolders } from "../../protocol/job-folder/paths.ts";
import type { JobContext } from "./context.ts";

export interface PrivateFolder {
  path: string;
  /** Empties every file and removes the folder. */
  close(): void;
}

/**
 * Opens a folder for secret files that only this user may enter: in memory where the host has a writable /dev/shm, else in
 * the job folder; never in the checkout.
 */
export function openPrivateFolder(context: JobContext, purpose: string): PrivateFolder {
  const { memory, disk } = privateFolders(context.paths.folder, context.spec.lease.leaseId);
  const path = join(isWritable(dirname(memory)) ? memory : disk, purpose);
  wipe(path);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { path, close: () => wipe(path) };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // macOS has no /dev/shm
  }
}

/** Only a file of this folder itself: a build that may write here could leave a link to any file of the host. */
function empty(file: string): void {
  if (lstatSync(file).isFile()) truncateSync(file, 0);
}

function wipe(path: string): void {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return; // it isn't there
  }
  for (const name of names) empty(join(path, name));
  rmSync(path, { recursive: true, force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // another step's folder is still open in it
  }
}
