import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { JobContext } from "../job/context.ts";

/** What Java takes for the home, whatever HOME says: that of the system's list of users. */
export function homeOfJava(): string {
  return userInfo().homedir;
}

/**
 * What commands of this job may write, and nothing else on the host. The job's own come first; caches are shared by the
 * builds of the host. Folders that don't exist are left out when a sandbox is made.
 */
export function writableFolders({ host, spec }: Pick<JobContext, "host" | "spec">): string[] {
  const own = [host.worktree, host.scratch, host.npmCache];
  return [...own, ...(spec.platform === "android" ? androidFolders(host) : []), ...(host.isolation?.writable ?? [])];
}

/** Gradle's home, and that of the Android tools, which keep the key there that debug builds of this host are signed with. */
function androidFolders({ environment }: JobContext["host"]): string[] {
  const gradle = environment["GRADLE_USER_HOME"] ?? join(homeOfJava(), ".gradle");
  return [gradle, join(homeOfJava(), ".android")].filter((path) => path.startsWith("/"));
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
