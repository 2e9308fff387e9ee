import { statfs } from "node:fs/promises";

/** Free bytes where the folder is, for who isn't root. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
