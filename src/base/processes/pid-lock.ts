import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { isAlive, processStartTime } from "./alive.ts";

/**
 * Takes a lock file for the life of this process. Answers a function that gives it back, or the pid of the living process
 * that holds it. A file left by a process that is gone (also when its pid was given to another) is taken over.
 */
export function takePidLock(file: string): { release: () => void } | { heldBy: number } {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) }), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 10; tries += 1) {
      try {
        linkSync(mine, file); // unlike a write, a link can't overwrite what another process made meanwhile
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = livingHolder(file);
      if (holder !== undefined) return { heldBy: holder };
      rmSync(file, { force: true });
    }
    throw new Error(`the lock ${file} could not be taken`);
  } finally {
    unlinkSync(mine);
  }
}

function livingHolder(file: string): number | undefined {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; startTime?: string };
    const same = startTime === undefined || startTime === processStartTime(pid);
    return pid !== process.pid && isAlive(pid) && same ? pid : undefined;
  } catch {
    return undefined; // gone, or never written whole: nobody's
  }
}
