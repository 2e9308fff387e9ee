import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import type { JobContext } from "../job/context.ts";
import { gitQuietly } from "./git.ts";
import { lockFolder } from "./mirror.ts";

/** So many packs slow git down; each fetch adds one. */
const MOST_PACKS = 50;

/**
 * Joins the packs of the mirror when there are many. Nothing is left out, and who reads an old pack meanwhile finds its
 * objects in the new one. A git that can't (before 2.32) leaves them as they are. Says nothing: the log is closed by then.
 */
export async function tidyMirror(context: JobContext): Promise<void> {
  const mirror = context.found.commit?.mirror;
  if (!mirror || countPacks(mirror) <= MOST_PACKS) return;
  const release = await takeLock(lockFolder(mirror, "branches"), context.stop.signal);
  try {
    if (countPacks(mirror) <= MOST_PACKS) return;
    rmSync(join(mirror, "packed-refs.lock"), { force: true }); // of one that was killed: only who holds this lock writes it
    const call = { step: "checkout" as const, cwd: mirror };
    await gitQuietly(context, { ...call, args: ["repack", "--geometric=2", "-d", "--quiet"] });
    await gitQuietly(context, { ...call, args: ["pack-refs", "--all"] });
  } finally {
    release();
  }
}

function countPacks(mirror: string): number {
  try {
    return readdirSync(join(mirror, "objects/pack")).filter((name) => name.endsWith(".pack")).length;
  } catch {
    return 0; // another job took the mirror out of use
  }
}
