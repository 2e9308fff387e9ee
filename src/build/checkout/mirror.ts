import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import type { JobContext } from "../job/context.ts";
import { gitQuietly } from "./git.ts";

/** Runs `work` while no other job of this host changes the mirror. */
export async function withMirror<T>(context: JobContext, mirror: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(mirror), { recursive: true });
  const waiting = () => context.log.line("Waiting for another build that is using the mirror");
  const release = await takeLock(`${mirror}.lock`, context.stop.signal, waiting).catch((error: unknown) => {
    context.stop.check();
    throw error;
  });
  try {
    removeStaleGitLocks(context, mirror);
    const result = await work();
    markUsed(mirror);
    return result;
  } finally {
    release();
  }
}

/** By the time of its folder the agent's janitor sees which mirrors are in use. */
function markUsed(mirror: string): void {
  const now = new Date();
  if (statSync(mirror, { throwIfNoEntry: false })) utimesSync(mirror, now, now);
}

/** Makes the bare repository when it isn't there: whole or not at all, by rename. */
export async function ensureMirror(context: JobContext, mirror: string): Promise<void> {
  if (statSync(join(mirror, "HEAD"), { throwIfNoEntry: false })) return;
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

/** Whether the mirror holds the commit with all that hangs on it, as far as git can tell by the commit itself. */
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
 * git leaves `*.lock` files when it is killed, and refuses to work where it finds one. Only the holder of the mirror's own
 * lock changes the mirror, so what is found here belongs to a git that is gone. Checkouts' own locks are not touched.
 */
function removeStaleGitLocks(context: JobContext, mirror: string): void {
  for (const folder of ["", "refs", "objects/info"]) {
    for (const name of lockFilesIn(join(mirror, folder), folder === "refs")) {
      context.log.line(`Removing ${name}, left in the mirror by a git that was ended`);
      rmSync(join(mirror, folder, name), { force: true });
    }
  }
}

function lockFilesIn(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" }).filter((name) => name.endsWith(".lock"));
  } catch {
    return []; // there is no mirror yet
  }
}
