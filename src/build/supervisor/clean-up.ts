import { join } from "node:path";
import { findMarked } from "../../base/processes/marked.ts";
import { endMarked } from "../../base/processes/tree.ts";
import { removeTree } from "../../base/remove-tree.ts";
import { jobMarker } from "../../protocol/job-folder/paths.ts";
import { removeWorktree } from "../checkout/worktree.ts";
import type { JobContext } from "../job/context.ts";

/** Ends every process that carries the job's marker, also those that left their group or session. Answers whether none is left. */
export async function endLeftProcesses(context: JobContext): Promise<boolean> {
  const marker = jobMarker(context.spec.lease.leaseId);
  const count = findMarked(marker).length;
  if (count === 0) return true;
  const survivors = await endMarked(marker, Math.min(context.host.cancelGraceMs, 3_000));
  context.log.line(`\nEnded ${count} ${count === 1 ? "process" : "processes"} that the build left behind`);
  if (survivors.length > 0) context.log.line(`Still alive after KILL: ${survivors.join(", ")}`);
  return survivors.length === 0;
}

/** Removes checkout and scratch folder, after the result is written. */
export async function removeFolders(context: JobContext): Promise<void> {
  removeTree(join(context.paths.folder, "tmp"));
  if (context.host.keepWorktree) return;
  removeTree(context.host.scratch);
  removeTree(context.host.worktree);
  await removeWorktree(context);
}
