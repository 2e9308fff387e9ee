import { askGit } from "./git.ts";

/** The commit that is checked out, and what may be wrong with building it. */
export interface Head {
  /** 40 digits. */
  sha: string;
  /** A branch of a remote contains it, as far as this clone knows. */
  onRemote: boolean;
  /** Files that differ from the commit or that git doesn't know. */
  changedFiles: number;
}

/** Undefined where there is no git checkout, or one without a commit. */
export async function readHead(folder: string): Promise<Head | undefined> {
  const sha = await askGit(folder, ["rev-parse", "--verify", "HEAD^{commit}"]);
  if (!sha) return undefined;
  const [branches, status] = await Promise.all([
    askGit(folder, ["branch", "--remotes", "--contains", sha, "--format=%(refname)"]),
    askGit(folder, ["status", "--porcelain"]),
  ]);
  return { sha, onRemote: branches !== "", changedFiles: status ? status.split("\n").length : 0 };
}

/**
 * A shortened hash, or a name relative to HEAD, as the 40 digits that this checkout has for it. Everything else goes to
 * the controller as it is: a branch may be at another commit there.
 */
export async function completeCommit(folder: string, commit: string): Promise<string> {
  if (!/^([0-9a-f]{4,39}|HEAD|@)([~^@].*)?$/.test(commit)) return commit;
  return (await askGit(folder, ["rev-parse", "--verify", "--end-of-options", `${commit}^{commit}`])) || commit;
}
