import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JobContext } from "../job/context.ts";
import { OK, type Step, warning } from "../job/step.ts";
import { appCommit } from "./commit-tree.ts";
import { placeLfsFiles } from "./lfs.ts";
import { Logins } from "./login.ts";
import { leaveMirrors } from "./mirror.ts";
import { placeCommit } from "./place-commit.ts";
import { Remote } from "./remote.ts";
import { sparsePatterns } from "./sparse.ts";
import { placeSubmodules } from "./submodules.ts";
import { tidyMirror } from "./tidy-mirror.ts";

/** Checks the commit out of the mirror into the job's own folder, with its submodules and its files of Git LFS. */
export const checkoutStep: Step = {
  id: "checkout",
  async run(context) {
    const { worktree } = context.host;
    const commit = appCommit(context);
    const logins = new Logins(context);
    const remote = new Remote(context, logins, commit.origin, commit.mirror, "checkout");
    const warnings: string[] = [];
    try {
      const timed = <T>(title: string, work: () => Promise<T>) => context.parts?.time(title, work) ?? work();
      await timed("files", () => placeCommit(context, worktree, commit, sparsePatterns(context)));
      warnings.push(...(await timed("Git LFS", () => placeLfsFiles(context, remote, worktree, commit))));
      warnings.push(...(await timed("submodules", () => placeSubmodules(context, logins, worktree, commit))));
    } finally {
      logins.close();
    }
    context.found.appFolder = join(worktree, context.found.subfolder);
    return warnings.length > 0 ? warning(warnings.join(" ")) : OK;
  },
};

/** Removes the checkout, and the marks of this job in the mirrors. Also after a cancel: uses no signal of the job. */
export async function removeWorktree(context: JobContext): Promise<void> {
  rmSync(context.host.worktree, { recursive: true, force: true });
  if (!context.stop.signal.aborted) await tidyMirror(context);
  leaveMirrors(context);
}
