import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { checkRepository } from "../trust/admission.ts";
import { bringCommit } from "./bring-commit.ts";
import { readSubmodules, type Submodule } from "./gitmodules.ts";
import { placeLfsFiles } from "./lfs.ts";
import type { Logins } from "./login.ts";
import { openMirror } from "./mirror.ts";
import { appOrigin, type MirroredCommit, type Origin } from "./origin.ts";
import { placeCommit } from "./place-commit.ts";
import { Remote } from "./remote.ts";
import { submoduleOrigin } from "./submodule-address.ts";

const DEEPEST = 10;
const MOST = 200;
const AT_ONCE = 4;
/** What is no fault of the way there: it says what to do about a submodule instead of the app's own settings. */
const OF_SUBMODULE = ["REPOSITORY_UNREACHABLE", "REPOSITORY_NOT_FOUND", "REPOSITORY_CREDENTIALS", "COMMIT_NOT_FOUND"];

/** How deep submodules are checked out, by the variable that GitLab's runners have for it: Appflow's were such. */
function depthOf(context: JobContext): number {
  const strategy = context.spec.environment?.variables["GIT_SUBMODULE_STRATEGY"]?.trim().toLowerCase();
  return strategy === "none" ? 0 : strategy === "normal" ? 1 : DEEPEST;
}

/**
 * Checks out the submodules of a commit that was checked out into `folder`, and theirs: each from a mirror of its own. The
 * app's credentials go to the app's own host only. Answers warnings. Throws SUBMODULE_REFUSED, SUBMODULE_FAILED,
 * REPOSITORY_STALLED, REPOSITORY_NOT_ALLOWED and the errors of Git LFS.
 */
export async function placeSubmodules(
  context: JobContext,
  logins: Logins,
  folder: string,
  commit: MirroredCommit,
): Promise<string[]> {
  const most = depthOf(context);
  const warnings: string[] = [];
  let count = 0;
  const placeBelow = async (parent: MirroredCommit, place: string, prefix: string, depth: number): Promise<void> => {
    const modules = await readSubmodules(context, parent);
    if (modules.length === 0) return;
    if (depth > most) return context.log.line(leftOut(prefix, modules, most));
    count += modules.length;
    if (count > MOST) throw refused(prefix || ".", `the commit has more than ${MOST} submodules`);
    await inTurns(modules, async (module) => {
      const path = `${prefix}${module.path}`;
      const at = placeOf(place, module.path, path);
      if (at === undefined) return; // outside of what is checked out
      const origin = originOf(context, parent.origin, path, module);
      const child = await bring(context, logins, origin, module.sha, at, warnings);
      await placeBelow(child, at, `${path}/`, depth + 1);
    });
  };
  await placeBelow(commit, folder, "", 1);
  return warnings;
}

async function bring(
  context: JobContext,
  logins: Logins,
  origin: Origin,
  sha: string,
  folder: string,
  warnings: string[],
): Promise<MirroredCommit> {
  context.log.line(`Submodule ${origin.path}: ${sha.slice(0, 12)} of ${origin.url}`);
  const mirror = await openMirror(context, origin);
  const remote = new Remote(context, logins, origin, mirror, "checkout");
  const commit = { origin, mirror, sha };
  try {
    await bringCommit(context, remote, sha, { commit: sha });
  } catch (error) {
    throw failed(error, origin, sha);
  }
  await placeCommit(context, folder, commit);
  warnings.push(...(await placeLfsFiles(context, remote, folder, commit)));
  return commit;
}

function originOf(context: JobContext, parent: Origin, path: string, { url }: Submodule): Origin {
  const found = submoduleOrigin(appOrigin(context), parent, path, url);
  if ("reason" in found) throw refused(path, found.reason);
  checkRepository(context.host, found.url);
  if (found.login) context.log.redactor.add([found.login.password]);
  return found;
}

/** The empty folder that git made for it. Undefined where there is none; throws where a link leads elsewhere. */
function placeOf(parent: string, path: string, shown: string): string | undefined {
  const at = join(parent, path);
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || /^\.git$/i.test(part))) {
    throw refused(shown, "its path leads out of the checkout");
  }
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isDirectory() || realpathSync(at) !== join(realpathSync(parent), path) || readdirSync(at).length > 0) {
    throw refused(shown, "its path is no folder of its own");
  }
  return at;
}

/** So many at once as leave room for others. The first failure counts, when those that had begun have ended. */
async function inTurns(modules: readonly Submodule[], work: (module: Submodule) => Promise<void>): Promise<void> {
  const queue = [...modules];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      await work(next).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
}

function leftOut(prefix: string, modules: readonly Submodule[], most: number): string {
  const why = most === DEEPEST ? `they are more than ${DEEPEST} deep` : "GIT_SUBMODULE_STRATEGY says so";
  return `Submodules left out, because ${why}: ${modules.map(({ path }) => `${prefix}${path}`).join(", ")}`;
}

function failed(error: unknown, origin: Origin, sha: string): unknown {
  if (!(error instanceof MillwrightError) || !OF_SUBMODULE.includes(error.code)) return error;
  const reason =
    error.code === "COMMIT_NOT_FOUND"
      ? `It has no commit ${sha}: that was not pushed there, or is gone.`
      : error.failure.why;
  return errorOf("SUBMODULE_FAILED", { path: origin.path, repository: origin.url, reason }, { cause: error });
}

function refused(path: string, reason: string): MillwrightError {
  return errorOf("SUBMODULE_REFUSED", { path, reason });
}
