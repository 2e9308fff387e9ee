import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { gitQuietly } from "./git.ts";
import { isDamage } from "./git-failure.ts";
import { mendMirror } from "./mend-mirror.ts";
import { appOrigin, type MirroredCommit } from "./origin.ts";

/** The commit that is built. */
export function appCommit(context: JobContext): MirroredCommit {
  const { mirror, sha } = known(context.found, "commit");
  return { origin: appOrigin(context), mirror, sha };
}

/** `sub/folder` without slashes at its ends, and empty for the repository's root. */
export function cleanSubfolder(subfolder: string): string {
  return subfolder
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** Names in a folder of the commit, or undefined when the commit holds no such folder. */
export async function listFolder(
  context: JobContext,
  folder: string,
  commit = appCommit(context),
): Promise<Set<string> | undefined> {
  const answer = await askCommit(context, commit, ["ls-tree", "-z", "--name-only", `${commit.sha}:${folder}`]);
  if (!answer.ok) return undefined;
  return new Set(
    answer.stdout
      .toString()
      .split("\0")
      .filter((name) => name !== ""),
  );
}

/**
 * The text of a file of the commit. A link is followed inside of the commit. Throws LINK_LEAVES_REPOSITORY for others, and
 * an Error where there is no such file.
 */
export async function readCommitFile(context: JobContext, file: string, commit = appCommit(context)): Promise<string> {
  const args = ["cat-file", "--batch", "--follow-symlinks"];
  const { stdout, stderr } = await askCommit(context, commit, args, `${commit.sha}:${file}\n`);
  const end = stdout.indexOf("\n");
  const [first = "", kind, size] = stdout.subarray(0, end).toString().split(" ");
  const rest = stdout.subarray(end + 1);
  if (kind === "blob")
    return rest
      .subarray(0, Number(size))
      .toString()
      .replace(/^\uFEFF/, "");
  if (["symlink", "dangling", "loop", "notdir"].includes(first)) {
    const target = first === "symlink" ? rest.toString().trim() : "a place that isn't there";
    throw errorOf("LINK_LEAVES_REPOSITORY", { path: file, target });
  }
  throw new Error(`git cat-file of ${file} failed: ${first} ${kind ?? ""} ${stderr}`);
}

/** Asks git about a commit in its mirror. A mirror that turns out to be damaged is made anew, and asked again. */
export async function askCommit(context: JobContext, commit: MirroredCommit, args: readonly string[], input?: string) {
  const call = { step: "inspect" as const, args, cwd: commit.mirror, ...(input === undefined ? {} : { input }) };
  const answer = await gitQuietly(context, call);
  if (!isDamage(answer.stderr) || !(await mendMirror(context, commit))) return answer;
  return await gitQuietly(context, call);
}
