import { firstLine } from "./first-line.ts";
import type { Repositories } from "./repositories.ts";

/** A branch of a repository: where it is, and the first line of that commit's message. */
export interface Branch {
  sha: string;
  note: string;
}

/** A branch that is elsewhere than it was. */
export interface MovedBranch extends Branch {
  branch: string;
  /** Empty when it is new; `sha` is empty when it is gone. */
  before: string;
}

/** The branches of a repository by name, without `refs/heads/`. */
export async function branchesOf(repositories: Repositories, appId: string): Promise<Map<string, Branch>> {
  const format = "--format=%(objectname) %(refname) %(contents:subject)";
  const listed = await repositories.ask(appId, ["for-each-ref", format, "refs/heads"]);
  if (!listed.ok) throw new Error(`git for-each-ref of ${appId} failed: ${listed.stderr}`);
  const branches = new Map<string, Branch>();
  for (const line of listed.stdout.split("\n")) {
    const [, sha, name, subject = ""] = /^([0-9a-f]+) refs\/heads\/(\S+) ?(.*)$/.exec(line) ?? [];
    if (sha && name) branches.set(name, { sha, note: firstLine(subject) });
  }
  return branches;
}

/** What changed between two times: first what is gone, then what is new or moved. */
export function movedBranches(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, Branch>): MovedBranch[] {
  const gone = [...before].filter(([name]) => !now.has(name));
  const moved = [...now].filter(([name, { sha }]) => before.get(name) !== sha);
  return [
    ...gone.map(([branch, sha]) => ({ branch, sha: "", before: sha, note: "" })),
    ...moved.map(([branch, to]) => ({ branch, ...to, before: before.get(branch) ?? "" })),
  ];
}

/** Lets HEAD name a branch that is there: clones check it out. A new repository's HEAD names one that may never come. */
export async function pointHead(
  repositories: Repositories,
  appId: string,
  branches: ReadonlyMap<string, Branch>,
): Promise<void> {
  if ((await repositories.ask(appId, ["rev-parse", "--verify", "--quiet", "HEAD"])).ok) return;
  const branch = ["main", "master", ...branches.keys()].find((name) => branches.has(name));
  if (branch !== undefined) await repositories.ask(appId, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
}
