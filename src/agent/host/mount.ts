import { statSync } from "node:fs";
import { dirname } from "node:path";

/** The mount point of the disk that the folder is on. */
export function mountOf(folder: string): string {
  const disk = statSync(folder).dev;
  let mount = folder;
  while (dirname(mount) !== mount && statSync(dirname(mount)).dev === disk) mount = dirname(mount);
  return mount;
}
