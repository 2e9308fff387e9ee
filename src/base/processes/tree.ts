import { isAlive } from "./alive.ts";
import { findMarked, findNaming } from "./marked.ts";

const POLL_MS = 50;
const KILL_WAIT_MS = 5_000;

/**
 * Ends a process group and every process that carries `marker` in its environment: TERM, then KILL after `graceMs`.
 * Resolves to the processes that even KILL didn't end within 5 s.
 */
export async function endProcessTree(groupLeader: number, graceMs: number, marker?: string): Promise<number[]> {
  return end(() => members(groupLeader, marker), graceMs, groupLeader);
}

/** Same as `endProcessTree` for what carries the marker, whatever group it is in. */
export async function endMarked(marker: string, graceMs: number): Promise<number[]> {
  return end(() => findMarked(marker), graceMs);
}

/** Same as `endMarked` for what names `text` in its command line. */
export async function endNaming(text: string, graceMs: number): Promise<number[]> {
  return end(() => findNaming(text), graceMs);
}

async function end(find: () => number[], graceMs: number, group?: number): Promise<number[]> {
  let living = find();
  if (living.length === 0) return [];
  signalAll("SIGTERM", living, group);
  living = await waitUntilGone(find, graceMs);
  if (living.length === 0) return [];
  const deadline = Date.now() + KILL_WAIT_MS;
  while (living.length > 0 && Date.now() < deadline) {
    // Again and again: a fork bomb makes new ones between the look and the signal.
    signalAll("SIGKILL", living, group);
    living = await waitUntilGone(find, 4 * POLL_MS);
  }
  return living;
}

function members(groupLeader: number, marker: string | undefined): number[] {
  const found = new Set(marker === undefined ? [] : findMarked(marker));
  if (isAlive(-groupLeader)) found.add(groupLeader);
  return [...found];
}

function signalAll(signal: NodeJS.Signals, pids: number[], group?: number): void {
  const targets = group === undefined ? pids : [-group, ...pids];
  for (const pid of targets) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself, which is what is wanted.
    }
  }
}

async function waitUntilGone(find: () => number[], ms: number): Promise<number[]> {
  const deadline = Date.now() + ms;
  let living = find();
  while (living.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    living = find();
  }
  return living;
}
