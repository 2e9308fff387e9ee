import { rmSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { DamagedMirror } from "./git-failure.ts";
import { hasCommit, isFilled, markFilled, removeStale, renewMirror, withMirrorLock } from "./mirror.ts";
import type { Remote } from "./remote.ts";

/** A name that git takes for nothing else in a refspec. */
const BRANCH = /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./+@=#%,-]*$/;

export interface Named {
  /** The commit as it was asked for. */
  commit: string;
  branch?: string | undefined;
}

/**
 * Brings a commit into the mirror, without the network when it is there already. A mirror that is empty is filled by one
 * job while others wait; afterwards each commit is fetched beside others, and only who wants the same one waits for it.
 * `branch` is where it may be, for servers that don't give out single commits. Throws COMMIT_NOT_FOUND and the
 * REPOSITORY_… errors.
 */
export async function bringCommit(context: JobContext, remote: Remote, sha: string, named: Named): Promise<void> {
  try {
    await bring(context, remote, sha, named);
  } catch (error) {
    if (!(error instanceof DamagedMirror) || !(await renewMirror(context, remote.origin, remote.mirror))) throw error;
    await bring(context, remote, sha, named);
  }
}

async function bring(context: JobContext, remote: Remote, sha: string, named: Named): Promise<void> {
  const { mirror } = remote;
  const isThere = () => hasCommit(context, mirror, sha);
  if (await isThere()) {
    context.log.line(`The mirror has ${sha.slice(0, 12)} already: nothing to fetch`);
    return;
  }
  const came = isFilled(mirror) || (await fill(context, remote, sha));
  if (came === "refused" || (!(await isThere()) && (await fetchAlone(context, remote, sha)) === "refused")) {
    await fetchBranches(context, remote, named.branch, isThere);
  }
  if (!(await isThere())) {
    throw errorOf("COMMIT_NOT_FOUND", { commit: named.commit, repository: remote.origin.url });
  }
}

/** The first fetch brings the whole history, and is done once. */
function fill(context: JobContext, remote: Remote, sha: string): Promise<"fetched" | "refused"> {
  return withMirrorLock(context, remote.mirror, "first", async () => {
    if (isFilled(remote.mirror)) return "fetched";
    return await fetchSha(context, remote, sha);
  });
}

/** By its first two digits: those who want the same commit have the same lock, and hardly anyone else. */
function fetchAlone(context: JobContext, remote: Remote, sha: string): Promise<"fetched" | "refused"> {
  return withMirrorLock(context, remote.mirror, sha.slice(0, 2), async () => {
    return (await hasCommit(context, remote.mirror, sha)) ? "fetched" : await fetchSha(context, remote, sha);
  });
}

async function fetchSha(context: JobContext, remote: Remote, sha: string): Promise<"fetched" | "refused"> {
  const ref = `refs/millwright/commits/${sha}`;
  removeStale(context, remote.mirror, (name) => `refs/${name}` === `${ref}.lock`);
  const end = await remote.fetch([`+${sha}:${ref}`]);
  if (end === "fetched") markFilled(remote.mirror);
  return end;
}

/** From the likeliest to everything. All write the same refs, so one job at a time. */
async function fetchBranches(
  context: JobContext,
  remote: Remote,
  branch: string | undefined,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const places: [string, string[]][] = [
    ["its default branch", ["+HEAD:refs/millwright/branch"]],
    ["all branches and tags", ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]],
  ];
  if (branch && BRANCH.test(branch)) {
    places.unshift([`the branch ${branch}`, [`+refs/heads/${branch}:refs/millwright/branch`]]);
  }
  await withMirrorLock(context, remote.mirror, "branches", async () => {
    removeStale(context, remote.mirror, (name) => !name.startsWith("millwright/commits/"));
    rmSync(join(remote.mirror, "packed-refs.lock"), { force: true });
    for (const [what, refs] of places) {
      if (await isThere()) return;
      context.log.line(`The server doesn't give out this commit alone: fetching ${what}`);
      if ((await remote.fetch(refs)) === "fetched") markFilled(remote.mirror);
    }
  });
}
