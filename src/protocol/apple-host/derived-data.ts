import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes what Xcode keeps of a job's build below the home folder: gigabytes for a project that is never built at that place
 * again. Each of Xcode's folders names its workspace in info.plist, whose path holds the lease.
 */
export async function removeDerivedData(home: string, leaseId: string): Promise<void> {
  const folder = join(home, "Library", "Developer", "Xcode", "DerivedData");
  for (const name of namesIn(folder)) {
    if (!namesLease(join(folder, name, "info.plist"), leaseId)) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function namesLease(file: string, leaseId: string): boolean {
  try {
    return readFileSync(file).includes(`/${leaseId}/`);
  } catch {
    return false; // one of the folders that all projects share
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Xcode never built anything here
  }
}
