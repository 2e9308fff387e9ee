import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/observe/logger.ts";
import { PER_LEASE, removeLeftovers, undoSigning } from "./jobs/leftovers.ts";

const LEASE = /^l[0-9a-f]{16}$/;

/**
 * Removes what jobs left that nobody holds any more. Run at start, before any job begins, so that nothing of a living job
 * can be meant; of signing also what other agents of this user left. `held` are the leases of the journal.
 * Answers how many processes were still alive.
 */
export async function cleanUp(workFolder: string, held: ReadonlySet<string>, logger: Logger): Promise<number> {
  const folders = PER_LEASE.map((kind) => join(workFolder, kind)).filter((folder) => existsSync(folder));
  const names = folders.flatMap((folder) => readdirSync(folder));
  const left = new Set(names.filter((name) => LEASE.test(name) && !held.has(name)));
  let orphans = 0;
  for (const leaseId of left) orphans += await removeLeftovers(workFolder, leaseId, logger);
  await undoSigning(logger);
  if (left.size > 0) logger.info({ leases: [...left] }, "removed what ended builds had left");
  return orphans;
}
