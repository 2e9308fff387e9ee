import { accessSync, constants } from "node:fs";
import { statfs } from "node:fs/promises";
import { formatSize } from "../../base/units.ts";

/** Free bytes where the folder is. */
export async function freeBytes(folder: string): Promise<number> {
  const info = await statfs(folder);
  return info.bavail * info.bsize;
}

/** Why no build should be begun in this folder; empty when nothing speaks against it. */
export function diskReasons(folder: string, free: number, needed: number): string[] {
  const reasons: string[] = [];
  if (free < needed) reasons.push(`the disk is nearly full: ${formatSize(free)} free, ${formatSize(needed)} needed`);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    reasons.push(`the work folder can't be written: ${(error as Error).message}`);
  }
  return reasons;
}
