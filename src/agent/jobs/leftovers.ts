import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Logger } from "../../base/observe/logger.ts";
import { findMarked } from "../../base/processes/marked.ts";
import { endMarked } from "../../base/processes/tree.ts";
import { removeTree } from "../../base/remove-tree.ts";
import { removeDerivedData } from "../../protocol/apple-host/derived-data.ts";
import { undoSigningOfDead } from "../../protocol/apple-host/undo-signing.ts";
import { STORING_FOLDER } from "../../protocol/cache-entries.ts";
import { jobMarker, privateFolders } from "../../protocol/job-folder/paths.ts";

/** Folders of the work folder with one entry a lease, which the supervisor removes at its end, unless it was killed. */
export const PER_LEASE = ["worktrees", "scratch", STORING_FOLDER];

/**
 * Removes what a job left whose supervisor is gone: first its secrets, then its processes, what it changed for its signing,
 * and its checkout. Answers how many of its processes were found alive.
 */
export async function removeLeftovers(workFolder: string, leaseId: string, logger: Logger): Promise<number> {
  const secrets = privateFolders(join(workFolder, "jobs", leaseId), leaseId);
  for (const folder of [secrets.memory, secrets.disk]) rmSync(folder, { recursive: true, force: true });
  const orphans = findMarked(jobMarker(leaseId)).length;
  await endMarked(jobMarker(leaseId), 2_000);
  await undoSigning(logger, leaseId);
  await removeDerivedData(homedir(), leaseId);
  for (const path of [
    ...PER_LEASE.map((kind) => join(workFolder, kind, leaseId)),
    join(workFolder, "jobs", leaseId, "tmp"),
  ]) {
    // Without keeping the agent's other work waiting; removeTree, which does, is left with what only it can.
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    removeTree(path);
  }
  return orphans;
}

/** For one lease, or for all of this user whose supervisor is gone. What can't be undone now is tried at the next start. */
export async function undoSigning(logger: Logger, leaseId?: string): Promise<void> {
  try {
    const leases = await undoSigningOfDead(homedir(), leaseId);
    if (leases.length > 0) logger.info({ leases }, "undid the signing of builds whose supervisor is gone");
  } catch (error) {
    logger.error({ err: error, lease: leaseId }, "the signing of a build could not be undone");
  }
}
