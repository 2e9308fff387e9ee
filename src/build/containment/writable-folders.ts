import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { JobContext } from "../job/context.ts";

/** What Java takes for the home, whatever HOME says: that of the system's list of users. */
export function homeOfJava(): string {
  return userInfo().homedir;
}

/**
 * What commands of this job may write, and nothing else on the host. Caches that all builds of the host share are among it
 * only where the job has none of its own, and never for an untrusted one. Folders that don't exist are left out when a sandbox is made.
 */
export function writableFolders(context: Pick<JobContext, "host" | "spec" | "caches">): string[] {
  const { host, spec, caches } = context;
  if (spec.untrusted) return [host.worktree, host.scratch];
  const npm = caches?.variables["npm_config_cache"] ? [] : [host.npmCache];
  const android = spec.platform === "android" ? androidFolders(context) : [];
  return [host.worktree, host.scratch, ...npm, ...android, ...(host.isolation?.writable ?? [])];
}

/** Gradle's home, and that of the Android tools, which keep the key there that debug builds of this host are signed with. */
function androidFolders({ host, caches }: Pick<JobContext, "host" | "caches">): string[] {
  const shared = host.environment["GRADLE_USER_HOME"] ?? join(homeOfJava(), ".gradle");
  const gradle = caches?.variables["GRADLE_USER_HOME"] ? [] : [shared];
  return [...gradle, join(homeOfJava(), ".android")].filter((path) => path.startsWith("/"));
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
