import { rmSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../../base/ids.ts";
import type { JobContext } from "../job/context.ts";
import { askCommit } from "./commit-tree.ts";
import { gitQuietly } from "./git.ts";
import type { MirroredCommit } from "./origin.ts";

/** A file of which the commit holds only the name of its content. */
export interface LfsPointer {
  path: string;
  executable: boolean;
  /** What the commit has in its place. */
  blob: string;
  /** SHA-256 of the content, lower-case hex. */
  oid: string;
  /** Of the content, in bytes. */
  size: number;
}

interface Entry {
  path: string;
  executable: boolean;
  blob: string;
}

/** By the specification of Git LFS a pointer is shorter than 1,024 bytes; the shortest has 120. */
const SHORTEST = 100;
const LONGEST = 1024;
const POINTER = /^version https:\/\/[^\n]+\/spec\/v1\n(?:[^\n]+\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n/;

/** The files of a commit that are kept in Git LFS: by their content and by what .gitattributes say of them. */
export async function findPointers(context: JobContext, commit: MirroredCommit): Promise<LfsPointer[]> {
  const asked = ["grep", "-l", "-F", "-e", "filter=lfs", commit.sha, "--", ":(glob)**/.gitattributes"];
  if (!(await askCommit(context, commit, asked)).ok) return [];
  const entries = await smallFiles(context, commit);
  if (entries.length === 0) return [];
  const input = entries.map(({ blob }) => `${blob}\n`).join("");
  const { stdout } = await askCommit(context, commit, ["cat-file", "--batch"], input);
  const pointers: LfsPointer[] = [];
  let at = 0;
  for (const { path, executable, blob } of entries) {
    const end = stdout.indexOf("\n", at);
    const size = Number(stdout.subarray(at, end).toString().split(" ")[2] ?? 0);
    const found = POINTER.exec(stdout.subarray(end + 1, end + 1 + size).toString());
    if (found) pointers.push({ path, executable, blob, oid: found[1] ?? "", size: Number(found[2]) });
    at = end + 1 + size + 1;
  }
  const filtered = await filteredByLfs(context, commit, pointers);
  return pointers.filter(({ path }) => filtered.has(path));
}

async function smallFiles(context: JobContext, commit: MirroredCommit): Promise<Entry[]> {
  const { stdout } = await askCommit(context, commit, ["ls-tree", "-r", "-l", "-z", commit.sha]);
  return stdout
    .toString()
    .split("\0")
    .flatMap((line) => {
      const [, mode, blob = "", size, path = ""] = /^(\d+) blob (\S+) +(\d+)\t(.*)$/s.exec(line) ?? [];
      const isFile = mode === "100644" || mode === "100755";
      if (!isFile || Number(size) < SHORTEST || Number(size) >= LONGEST) return [];
      return [{ path, executable: mode === "100755", blob }];
    });
}

/** git reads .gitattributes of a commit from an index only, before 2.40. */
async function filteredByLfs(
  context: JobContext,
  commit: MirroredCommit,
  pointers: readonly LfsPointer[],
): Promise<Set<string>> {
  if (pointers.length === 0) return new Set();
  const index = join(context.host.scratch, newId("i"));
  const call = { step: "inspect" as const, cwd: commit.mirror, environment: { GIT_INDEX_FILE: index } };
  try {
    await gitQuietly(context, { ...call, args: ["read-tree", commit.sha] });
    const args = ["check-attr", "--cached", "-z", "--stdin", "filter"];
    const answer = await gitQuietly(context, {
      ...call,
      args,
      input: pointers.map(({ path }) => `${path}\0`).join(""),
    });
    const words = answer.stdout.toString().split("\0");
    return new Set(words.filter((_, at) => at % 3 === 0 && words[at + 2] === "lfs"));
  } finally {
    rmSync(index, { force: true });
  }
}
