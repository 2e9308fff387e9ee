import type { Push } from "../../protocol/push-api.ts";

export interface KnownCommit {
  /** What is put into the field: a branch, or the 40 digits. */
  value: string;
  note: string;
}

/** Of pushes, the newest first: their branches, each with its last commit's message, then the commits themselves. */
export function knownCommits(pushes: readonly Push[]): KnownCommit[] {
  const branches = new Map<string, KnownCommit>();
  const deleted = new Set<string>();
  const commits = new Map<string, KnownCommit>();
  for (const { branch, commit, note } of pushes) {
    if (commit === undefined && !branches.has(branch)) deleted.add(branch);
    if (commit === undefined) continue;
    if (!branches.has(branch) && !deleted.has(branch)) branches.set(branch, { value: branch, note });
    if (!commits.has(commit)) commits.set(commit, { value: commit, note: `${branch}: ${note}` });
  }
  return [...branches.values(), ...commits.values()];
}
