import type { JobContext } from "../job/context.ts";
import { askCommit, listFolder, readCommitFile } from "./commit-tree.ts";
import type { MirroredCommit } from "./origin.ts";

/** A submodule that the commit holds. */
export interface Submodule {
  path: string;
  url: string;
  /** The commit of its repository: 40 hexadecimal digits. */
  sha: string;
}

/** What .gitmodules of the commit says of the submodules that are in the commit, without those with `update = none`. */
export async function readSubmodules(context: JobContext, commit: MirroredCommit): Promise<Submodule[]> {
  if (!(await listFolder(context, "", commit))?.has(".gitmodules")) return [];
  const text = await readCommitFile(context, ".gitmodules", commit);
  const listed = await askCommit(context, commit, ["config", "--no-includes", "-z", "--file", "-", "--list"], text);
  const modules = new Map<string, Record<string, string>>();
  for (const entry of listed.stdout.toString().split("\0")) {
    const [, name, key, value] = /^submodule\.(.*)\.([a-z]+)\n(.*)$/s.exec(entry) ?? [];
    if (name !== undefined && key !== undefined) modules.set(name, { ...modules.get(name), [key]: value ?? "" });
  }
  const wanted = [...modules.values()].filter(({ path = "", update }) => path !== "" && update !== "none");
  const links = await linksOf(
    context,
    commit,
    wanted.map(({ path = "" }) => path),
  );
  return wanted.flatMap(({ path = "", url = "" }) => {
    const sha = links.get(path);
    return sha === undefined ? [] : [{ path, url, sha }];
  });
}

/** The commits that stand in the tree at these paths. */
async function linksOf(
  context: JobContext,
  commit: MirroredCommit,
  paths: readonly string[],
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const { stdout } = await askCommit(context, commit, ["ls-tree", "-z", commit.sha, "--", ...paths]);
  return new Map(
    stdout
      .toString()
      .split("\0")
      .flatMap((line) => {
        const [, sha, path] = /^160000 commit ([0-9a-f]{40})\t(.*)$/s.exec(line) ?? [];
        return sha !== undefined && path !== undefined ? [[path, sha] as const] : [];
      }),
  );
}
