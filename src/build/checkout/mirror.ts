import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFileAtomically } from "../../base/files.ts";
import { newId } from "../../base/ids.ts";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import type { JobContext } from "../job/context.ts";
import { gitQuietly } from "./git.ts";
import { mirrorScope, type Origin } from "./origin.ts";
import { mirrorName } from "./repository-address.ts";

/** Nothing else may stand there: a build that could write it would make git run programs or go to other servers. */
const CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";
/** Files by which git would read or do more than what lies in the mirror itself. */
const UNWANTED = ["info/attributes", "info/grafts", "objects/info/alternates", "hooks"];
/** Files that name the folders of the jobs that use the mirror. */
const USERS = "checkouts";
const FILLED = "millwright-filled";
const OLD_MS = 24 * 3_600_000;

/**
 * Opens the bare repository that keeps what was fetched from an address, made when it isn't there. It is this job's to use
 * until `leaveMirrors`: the agent's cleaning leaves it alone so long.
 */
export async function openMirror(context: JobContext, origin: Origin): Promise<string> {
  const mirror = join(context.host.mirrorsFolder, mirrorName(origin, mirrorScope(context, origin)));
  mkdirSync(dirname(mirror), { recursive: true });
  await withLock(context, `${mirror}.lock`, async () => {
    await ensureMirror(context, mirror);
    mkdirSync(join(mirror, USERS), { recursive: true });
    forgetDead(join(mirror, USERS));
    writeFileSync(userRecord(context, mirror), `${context.host.worktree}\n${context.host.scratch}\n`);
    context.found.mirrors.add(mirror);
    const now = new Date();
    utimesSync(mirror, now, now); // by it the agent's cleaning sees which mirrors are used
  });
  return mirror;
}

/** A job that was killed couldn't say that it is done: its folders are gone by now. */
function forgetDead(users: string): void {
  for (const name of namesIn(users, false)) {
    if (!placesIn(join(users, name)).some((place) => statSync(place, { throwIfNoEntry: false }))) {
      rmSync(join(users, name), { force: true });
    }
  }
}

function placesIn(record: string): string[] {
  try {
    return readFileSync(record, "utf8")
      .split("\n")
      .filter((place) => place !== "");
  } catch {
    return []; // its job has just left
  }
}

/** This job needs its mirrors no more. */
export function leaveMirrors(context: JobContext): void {
  for (const mirror of context.found.mirrors) rmSync(userRecord(context, mirror), { force: true });
}

/**
 * Runs `work` while no other job of this host does the same kind of change to the mirror. Kinds don't wait for one another:
 * what fetches different commits may do so at once.
 */
export function withMirrorLock<T>(
  context: JobContext,
  mirror: string,
  kind: string,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(context, lockFolder(mirror, kind), work);
}

/** Beside the mirror, within the lock by which the agent's cleaning takes the whole mirror. */
export function lockFolder(mirror: string, kind: string): string {
  return join(`${mirror}.lock`, kind);
}

async function withLock<T>(context: JobContext, folder: string, work: () => Promise<T>): Promise<T> {
  const waiting = () => context.log.line("Waiting for another build that is using the mirror");
  const release = await takeLock(folder, context.stop.signal, waiting).catch((error: unknown) => {
    context.stop.check();
    throw error;
  });
  try {
    return await work();
  } finally {
    release();
  }
}

/** Whether something was fetched into it before: then only what is new comes, and many may fetch at once. */
export function isFilled(mirror: string): boolean {
  return statSync(join(mirror, FILLED), { throwIfNoEntry: false }) !== undefined;
}

export function markFilled(mirror: string): void {
  writeFileSync(join(mirror, FILLED), "");
}

/** Whole or not at all, by rename. What others could have changed in it is set right. */
async function ensureMirror(context: JobContext, mirror: string): Promise<void> {
  if (!statSync(join(mirror, "HEAD"), { throwIfNoEntry: false })) {
    rmSync(mirror, { recursive: true, force: true });
    const next = `${mirror}.new`;
    rmSync(next, { recursive: true, force: true });
    const made = await gitQuietly(context, {
      step: "fetch",
      args: ["init", "--bare", "--quiet", "--template=", next],
      cwd: dirname(mirror),
    });
    if (!made.ok) throw new Error(`git init of the mirror failed: ${made.stderr}`);
    renameSync(next, mirror);
  }
  const config = join(mirror, "config");
  if (!statSync(config, { throwIfNoEntry: false })?.isFile() || readFileSync(config, "utf8") !== CONFIG) {
    writeFileAtomically(config, CONFIG);
  }
  for (const name of UNWANTED) rmSync(join(mirror, name), { recursive: true, force: true });
}

/**
 * Throws away a mirror with damaged objects and opens an empty one: a cache is never mended piece by piece. Other jobs that
 * use it keep their checked out files; what they would still read of git is damaged anyway. Once in a job, so that a host with
 * a broken disk comes to an end; answers false after that.
 */
export async function renewMirror(context: JobContext, origin: Origin, mirror: string): Promise<boolean> {
  if (context.found.mended.has(mirror)) return false;
  context.found.mended.add(mirror);
  context.log.line("The mirror of the repository is damaged: it is thrown away and fetched again");
  await withLock(context, `${mirror}.lock`, async () => {
    const aside = join(dirname(mirror), `${newId("x")}.new`); // as such the agent's cleaning finds it, should this be killed
    renameSync(mirror, aside);
    rmSync(aside, { recursive: true, force: true });
  });
  await openMirror(context, origin);
  return true;
}

/** Whether the mirror holds the commit. Packs come whole, so that what hangs on it is there too. */
export async function hasCommit(context: JobContext, mirror: string, sha: string): Promise<boolean> {
  const args = ["rev-parse", "--quiet", "--verify", `${sha}^{commit}`];
  return (await gitQuietly(context, { step: "fetch", args, cwd: mirror })).ok;
}

/** Number of objects in the mirror. */
export async function countObjects(context: JobContext, mirror: string): Promise<number> {
  const { stdout } = await gitQuietly(context, { step: "fetch", args: ["count-objects", "-v"], cwd: mirror });
  const text = stdout.toString();
  return ["count", "in-pack"].reduce((sum, key) => sum + Number(new RegExp(`^${key}: (\\d+)`, "m").exec(text)?.[1]), 0);
}

/**
 * git leaves `*.lock` files when it is killed, and refuses to work where it finds one. Called by who holds the lock of this
 * kind of change: what is found then at the refs that it writes belongs to a git that is gone. Half packs go after a day.
 */
export function removeStale(context: JobContext, mirror: string, isMine: (name: string) => boolean): void {
  for (const name of namesIn(join(mirror, "refs"), true).filter((each) => each.endsWith(".lock") && isMine(each))) {
    context.log.line(`Removing refs/${name}, left in the mirror by a git that was ended`);
    rmSync(join(mirror, "refs", name), { force: true });
  }
  for (const name of namesIn(join(mirror, "objects/pack"), false).filter((each) => each.startsWith("tmp_"))) {
    const file = join(mirror, "objects/pack", name);
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > OLD_MS) rmSync(file, { force: true });
  }
}

function namesIn(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch {
    return []; // another job's git removed an empty folder in this moment
  }
}

function userRecord(context: JobContext, mirror: string): string {
  return join(mirror, USERS, basename(context.host.worktree));
}
