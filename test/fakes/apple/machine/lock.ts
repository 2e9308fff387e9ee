import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const PATIENCE_MS = 20_000;

/** Runs `work` while no other process holds the lock of `file`. A lock whose process is gone is taken over. */
export function locked<T>(file: string, work: () => T): T {
  const lock = `${file}.lock`;
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (!take(lock)) {
    if (holderIsGone(lock)) rmSync(lock, { force: true });
    if (Date.now() > deadline) throw new Error(`The lock ${lock} is not given back`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, `${process.pid}`);
    closeSync(file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

function holderIsGone(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid === 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "ESRCH";
  }
}
