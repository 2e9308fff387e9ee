import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { OK, type Step, warning } from "../job/step.ts";
import { gitLogged, gitQuietly } from "./git.ts";
import { withMirror } from "./mirror.ts";

/** Checks the commit out of the mirror into the job's own folder. */
export const checkoutStep: Step = {
  id: "checkout",
  async run(context) {
    const { worktree } = context.host;
    const commit = known(context.found, "commit");
    rmSync(worktree, { recursive: true, force: true });
    mkdirSync(dirname(worktree), { recursive: true });
    const args = ["worktree", "add", "--force", "--detach", worktree, commit.sha];
    const added = await withMirror(context, commit.mirror, () =>
      gitLogged(context, { step: "checkout", args, cwd: commit.mirror }),
    );
    if (!added.ok) throw new Error(`git worktree add ended with ${added.exit}: ${added.recent.telling().join("; ")}`);
    context.found.appFolder = join(worktree, context.found.subfolder);
    if (existsSync(join(worktree, ".gitmodules"))) {
      return warning("The commit has submodules, which are not fetched.");
    }
    return OK;
  },
};

/** Removes the checkout, and the mirror's record of it. Also after a cancel: uses no signal of the job. */
export async function removeWorktree(context: JobContext): Promise<void> {
  rmSync(context.host.worktree, { recursive: true, force: true });
  const mirror = context.found.commit?.mirror;
  if (!mirror || context.stop.signal.aborted) return; // the next job's prune takes the record of a stopped one
  await withMirror(context, mirror, () =>
    gitQuietly(context, { step: "checkout", args: ["worktree", "prune", "--expire=now"], cwd: mirror }),
  );
}
