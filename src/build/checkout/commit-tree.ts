import type { JobContext } from "../job/context.ts";
import { type Commit, known } from "../job/findings.ts";
import { gitQuietly } from "./git.ts";

/** `sub/folder` without slashes at its ends, and empty for the repository's root. */
export function cleanSubfolder(subfolder: string): string {
  return subfolder
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** Names in a folder of the commit, or undefined when the commit holds no such folder. */
export async function listFolder(context: JobContext, folder: string): Promise<Set<string> | undefined> {
  const commit = known(context.found, "commit");
  const args = ["ls-tree", "-z", "--name-only", at(commit, folder)];
  const answer = await gitQuietly(context, { step: "inspect", args, cwd: commit.mirror });
  if (!answer.ok) return undefined;
  return new Set(
    answer.stdout
      .toString()
      .split("\0")
      .filter((name) => name !== ""),
  );
}

/** The text of a file of the commit. */
export async function readCommitFile(context: JobContext, file: string): Promise<string> {
  const commit = known(context.found, "commit");
  const args = ["cat-file", "blob", at(commit, file)];
  const answer = await gitQuietly(context, { step: "inspect", args, cwd: commit.mirror });
  if (!answer.ok) throw new Error(`git cat-file of ${file} failed: ${answer.stderr}`);
  return answer.stdout.toString().replace(/^\uFEFF/, "");
}

function at(commit: Commit, path: string): string {
  return `${commit.sha}:${path}`;
}
