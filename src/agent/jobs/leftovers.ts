import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { endMarked } from "../../base/processes/tree.ts";
import { jobMarker, privateFolders } from "../../protocol/job-folder/paths.ts";

/** Folders of the work folder with one entry a lease, which the supervisor removes at its end, unless it was killed. */
export const PER_LEASE = ["worktrees", "scratch"];

/** Removes what a job left whose supervisor is gone: first its secrets, then its processes, then its checkout. */
export async function removeLeftovers(workFolder: string, leaseId: string): Promise<void> {
  const secrets = privateFolders(join(workFolder, "jobs", leaseId), leaseId);
  for (const folder of [secrets.memory, secrets.disk]) rmSync(folder, { recursive: true, force: true });
  await endMarked(jobMarker(leaseId), 2_000);
  for (const kind of PER_LEASE)
    await rm(join(workFolder, kind, leaseId), { recursive: true, force: true, maxRetries: 3 });
}
