import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { appCommit } from "./commit-tree.ts";
import { gitLogged, gitQuietly } from "./git.ts";
import { isDamage } from "./git-failure.ts";
import { mendMirror } from "./mend-mirror.ts";
import type { MirroredCommit } from "./origin.ts";

/**
 * Checks a commit out into `folder`, which is made anew. The folder is a repository of its own that reads the objects of the
 * mirror: nothing is written to the mirror, so that no checkout waits for another, and what the build does to its git
 * stays with the build. `patterns` name what is checked out, as in a sparse checkout; without them all is.
 */
export async function placeCommit(
  context: JobContext,
  folder: string,
  commit: MirroredCommit = appCommit(context),
  patterns?: readonly string[],
): Promise<void> {
  await makeRepository(context, folder, commit, patterns);
  const checkOut = () => {
    const args = ["checkout", "--quiet", "--force", "--detach", commit.sha];
    return gitLogged(context, { step: "checkout", args, cwd: folder });
  };
  let end = await checkOut();
  if (!end.ok && isDamage(end.recent.all().join("\n")) && (await mendMirror(context, commit))) {
    await makeRepository(context, folder, commit, patterns);
    end = await checkOut();
  }
  const [, path] = /invalid path '(.*)'/.exec(end.recent.all().join("\n")) ?? [];
  if (!end.ok && path !== undefined) throw errorOf("COMMIT_PATH_REFUSED", { path });
  if (!end.ok) throw new Error(`git checkout ended with ${end.exit}: ${end.recent.telling().join("; ")}`);
}

async function makeRepository(
  context: JobContext,
  folder: string,
  { mirror, origin }: MirroredCommit,
  patterns: readonly string[] | undefined,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const call = { step: "checkout" as const, args: ["init", "--quiet", "--template=", "."], cwd: folder };
  const made = await gitQuietly(context, call);
  if (!made.ok) throw new Error(`git init of the checkout failed: ${made.stderr}`);
  const git = join(folder, ".git");
  writeFileSync(join(git, "objects/info/alternates"), `${mirror}/objects\n`);
  const url = origin.url.replace(/["\\]/g, "\\$&");
  const sparse = patterns ? "[core]\n\tsparseCheckout = true\n" : "";
  appendFileSync(join(git, "config"), `[remote "origin"]\n\turl = "${url}"\n${sparse}`);
  if (!patterns) return;
  mkdirSync(join(git, "info"), { recursive: true });
  writeFileSync(join(git, "info/sparse-checkout"), `${patterns.join("\n")}\n`);
}
