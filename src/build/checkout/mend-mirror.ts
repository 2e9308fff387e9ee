import type { JobContext } from "../job/context.ts";
import { bringCommit } from "./bring-commit.ts";
import { Logins } from "./login.ts";
import { renewMirror } from "./mirror.ts";
import type { MirroredCommit } from "./origin.ts";
import { Remote } from "./remote.ts";

/** Makes a damaged mirror anew with the commit in it; answers false where that was done before in this job. */
export async function mendMirror(context: JobContext, { origin, mirror, sha }: MirroredCommit): Promise<boolean> {
  if (!(await renewMirror(context, origin, mirror))) return false;
  const logins = new Logins(context);
  try {
    await bringCommit(context, new Remote(context, logins, origin, mirror, "fetch"), sha, { commit: sha });
  } finally {
    logins.close();
  }
  return true;
}
