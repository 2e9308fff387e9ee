import { mkdirSync } from "node:fs";
import type { JobContext } from "../job/context.ts";

/** The caches that the operator names by variables of the environment of builds. */
const CACHE_VARIABLES = ["GRADLE_USER_HOME"];

/**
 * What commands of this job may write, and nothing else on the host. The job's own come first; caches are shared by the
 * builds of the host. Folders that don't exist are left out when a sandbox is made.
 */
export function writableFolders({ host }: JobContext): string[] {
  const caches = CACHE_VARIABLES.map((name) => host.environment[name]).filter((path) => path?.startsWith("/"));
  return [host.worktree, host.scratch, host.npmCache, ...(caches as string[]), ...(host.isolation?.writable ?? [])];
}

/** Makes those that are missing, but for the checkout, which has its own time: only what exists can be shown. */
export function makeWritableFolders(context: JobContext): void {
  for (const folder of writableFolders(context)) {
    if (folder === context.host.worktree) continue;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
      // Not ours to make: the tool that wants it says what it lacks.
    }
  }
}
