import type { JobContext } from "../job/context.ts";
import { bringCommit } from "./bring-commit.ts";
import type { MirroredCommit } from "./commit-tree.ts";
import { Logins } from "./login.ts";
import { dropMirror, openMirror } from "./mirror.ts";
import { Remote } from "./remote.ts";

/**
 * Throws away a mirror with damaged objects and fetches the commit anew: a cache is never mended piece by piece. Once in a
 * job, so that a host with a broken disk comes to an end; answers false after that.
 */
export async function mendMirror(context: JobContext, { origin, mirror, sha }: MirroredCommit): Promise<boolean> {
  if (context.found.mended.has(mirror)) return false;
  context.found.mended.add(mirror);
  context.log.line("The mirror of the repository is damaged: it is thrown away and fetched again");
  await dropMirror(context, mirror);
  await openMirror(context, origin);
  const logins = new Logins(context);
  const remote = new Remote(context, logins, origin, mirror, "fetch");
  try {
    await bringCommit(context, remote, sha, { commit: sha });
  } finally {
    logins.close();
  }
  return true;
}
