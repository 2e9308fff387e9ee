import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import type { Commit } from "../job/findings.ts";

export type Wanted = Pick<Commit, "ref" | "refType"> & { sha: string };

/** Whether a commit is named by all its digits, which needs no question to the server. */
export function isSha(commit: string): boolean {
  return /^[0-9a-f]{40}$/i.test(commit);
}

/** The output of `git ls-remote`: commits by ref, a tag's as `refs/tags/NAME^{}`. */
export function readRefs(lsRemote: string): Map<string, string> {
  return new Map(
    lsRemote.split("\n").map((line) => {
      const [sha = "", name = ""] = line.split("\t");
      return [name, sha];
    }),
  );
}

/**
 * Finds the commit of a branch or tag among the refs of its server. A branch goes before a tag of the same name.
 * Throws COMMIT_NOT_FOUND.
 */
export function chooseRef(context: JobContext, refs: ReadonlyMap<string, string>, repository: string): Wanted {
  const { commit } = context.spec;
  const name = commit.replace(/^refs\/(heads|tags)\//, "");
  const branch = commit.startsWith("refs/tags/") ? undefined : refs.get(`refs/heads/${name}`);
  const tag = refs.get(`refs/tags/${name}^{}`) ?? refs.get(`refs/tags/${name}`);
  if (branch) {
    if (tag)
      context.log.line(`${name} names a branch and a tag: the branch is built (refs/tags/${name} names the tag)`);
    return { sha: branch, ref: name, refType: "branch" };
  }
  if (tag && !commit.startsWith("refs/heads/")) return { sha: tag, ref: name, refType: "tag" };
  const head = commit === "HEAD" ? refs.get("HEAD") : undefined;
  if (head) return { sha: head, ref: "HEAD", refType: "branch" };
  throw errorOf("COMMIT_NOT_FOUND", { commit, repository });
}
