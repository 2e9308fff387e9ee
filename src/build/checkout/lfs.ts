import { appendFileSync, constants, lstatSync, realpathSync } from "node:fs";
import { chmod, copyFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import { which } from "../../base/processes/which.ts";
import { hashFile } from "../artifacts/hash-file.ts";
import type { JobContext } from "../job/context.ts";
import { askCommit } from "./commit-tree.ts";
import { gitQuietly } from "./git.ts";
import { bringObjects, objectFile } from "./lfs-objects.ts";
import { findPointers, type LfsPointer } from "./lfs-pointers.ts";
import type { MirroredCommit } from "./origin.ts";
import type { Remote } from "./remote.ts";

/** As `git lfs install --local` writes it: for a build that asks git whether something was changed. */
const FILTER = `[filter "lfs"]
	clean = git-lfs clean -- %f
	smudge = git-lfs smudge -- %f
	process = git-lfs filter-process
	required = true
`;

/** Throws GIT_LFS_MISSING when the commit keeps files in Git LFS that this host can't fetch. */
export async function checkLfs(
  context: JobContext,
  commit: MirroredCommit,
  isWanted: (path: string) => boolean,
): Promise<void> {
  if (hasGitLfs(context) || isLeftOut(context)) return;
  const pointers = (await findPointers(context, commit)).filter(({ path }) => isWanted(path));
  if (pointers.length > 0) throw missing(pointers);
}

/**
 * Replaces the pointers of a checkout by their files, fetched into the mirror where they aren't there, and proves each by its
 * hash: what was cut off or changed in the mirror is thrown away and fetched again. Answers warnings.
 */
export async function placeLfsFiles(
  context: JobContext,
  remote: Remote,
  folder: string,
  commit: MirroredCommit,
): Promise<string[]> {
  const pointers = (await findPointers(context, commit)).filter(({ path }) => isOwnFile(folder, path));
  if (pointers.length === 0) return [];
  if (isLeftOut(context)) return [`GIT_LFS_SKIP_SMUDGE is set: ${files(pointers)} of Git LFS stay pointers.`];
  if (!hasGitLfs(context)) throw missing(pointers);
  appendFileSync(join(folder, ".git/config"), FILTER);
  const left = await leftOutByConfig(context, commit);
  const wanted = pointers.filter(({ path }) => !left(path));
  await bringObjects(context, remote, folder, commit, wanted);
  const damaged = await placeAll(remote.mirror, folder, wanted);
  if (damaged.length > 0) {
    context.log.line(`${files(damaged)} of Git LFS in the mirror are damaged: they are thrown away and fetched again`);
    await bringObjects(context, remote, folder, commit, damaged);
    const still = await placeAll(remote.mirror, folder, damaged);
    if (still.length > 0) throw notThere(remote, still);
  }
  await forgetSizes(context, folder, wanted);
  context.log.line(`Git LFS: ${files(wanted)}`);
  return [];
}

/** By the sizes that git remembers of the pointers it would take the files for changed, without asking git-lfs. */
async function forgetSizes(context: JobContext, folder: string, pointers: readonly LfsPointer[]): Promise<void> {
  const line = ({ executable, blob, path }: LfsPointer) => `${executable ? "100755" : "100644"} ${blob}\t${path}\0`;
  const input = pointers.map(line).join("");
  const args = ["update-index", "-z", "--index-info"];
  const { ok, stderr } = await gitQuietly(context, { step: "checkout", args, cwd: folder, input });
  if (!ok) throw new Error(`git update-index failed: ${stderr}`);
}

/** Answers those whose content is missing or isn't what its name says. */
async function placeAll(mirror: string, folder: string, pointers: readonly LfsPointer[]): Promise<LfsPointer[]> {
  const damaged: LfsPointer[] = [];
  for (const pointer of pointers) {
    const file = join(folder, pointer.path);
    const next = join(folder, ".git", newId("x"));
    try {
      await copyFile(objectFile(mirror, pointer), next, constants.COPYFILE_FICLONE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      damaged.push(pointer);
      continue;
    }
    if ((await hashFile(next)).sha256 === pointer.oid) {
      await chmod(next, pointer.executable ? 0o755 : 0o644);
      await rename(next, file);
    } else {
      await rm(next, { force: true });
      await rm(objectFile(mirror, pointer), { force: true });
      damaged.push(pointer);
    }
  }
  return damaged;
}

/** A repository may say in .lfsconfig that some are not for everyone: builds get them all the same, unless they are excluded. */
async function leftOutByConfig(context: JobContext, commit: MirroredCommit): Promise<(path: string) => boolean> {
  const args = ["config", "--no-includes", "--blob", `${commit.sha}:.lfsconfig`, "--get", "lfs.fetchexclude"];
  const list = (await askCommit(context, commit, args)).stdout.toString().trim();
  const folders = list.split(",").flatMap((each) => /^\/?([\w./ @+-]+?)(?:\/\*{0,2})?$/.exec(each.trim())?.[1] ?? []);
  return (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function hasGitLfs(context: JobContext): boolean {
  return which("git-lfs", context.host.environment["PATH"] ?? "") !== undefined;
}

/** As git-lfs itself understands it. */
function isLeftOut(context: JobContext): boolean {
  return /^(1|true|yes|on)$/i.test(context.spec.environment?.variables["GIT_LFS_SKIP_SMUDGE"] ?? "");
}

function missing(pointers: readonly LfsPointer[]) {
  return errorOf("GIT_LFS_MISSING", { count: files(pointers), files: named(pointers) });
}

function notThere(remote: Remote, pointers: readonly LfsPointer[]) {
  return errorOf("GIT_LFS_FAILED", {
    server: remote.origin.url,
    reason: `What it gave for these is missing or isn't what the commit names: ${named(pointers)}`,
  });
}

function named(pointers: readonly LfsPointer[]): string {
  const rest = pointers.length > 10 ? ` and ${pointers.length - 10} more` : "";
  return `${pointers
    .slice(0, 10)
    .map(({ path }) => path)
    .join(", ")}${rest}.`;
}

function files(pointers: readonly LfsPointer[]): string {
  return pointers.length === 1 ? "1 file" : `${pointers.length} files`;
}

/** It was checked out, and no link leads to it: where names don't tell capitals apart, one may stand for its folder. */
function isOwnFile(folder: string, path: string): boolean {
  const file = join(folder, path);
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  return realpathSync(dirname(file)) === join(realpathSync(folder), dirname(path));
}
