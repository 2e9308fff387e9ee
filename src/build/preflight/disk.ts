import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import type { JobContext } from "../job/context.ts";

/** Throws DISK_NEARLY_FULL when the checkout's file system has less free than the host's configuration wants. */
export async function checkDisk(context: JobContext): Promise<void> {
  const folder = nearestFolder(context.host.worktree);
  const free = await freeBytes(folder);
  if (free >= context.host.minFreeBytes) return;
  throw errorOf("DISK_NEARLY_FULL", {
    host: context.host.agentName,
    folder,
    free: formatSize(free),
    needed: formatSize(context.host.minFreeBytes),
  });
}

/** Bytes that this user may still write on the folder's file system. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
