import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { isAlive } from "./alive.ts";

/**
 * The processes whose environment holds `marker` (`NAME=value`), this one left out. Finds those that left their group or
 * session. On macOS `ps -E` doesn't show the environment of programs that the system protects.
 */
export function findMarked(marker: string): number[] {
  const pids = platform() === "linux" ? fromProc(marker) : fromPs(marker);
  return pids.filter((pid) => pid !== process.pid && isAlive(pid));
}

function fromProc(marker: string): number[] {
  const needle = Buffer.from(`${marker}\0`);
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readFileSync(`/proc/${name}/environ`).includes(needle)) found.push(Number(name));
    } catch {
      // It ended meanwhile, or belongs to another user.
    }
  }
  return found;
}

function fromPs(marker: string): number[] {
  const text = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
  return text
    .split("\n")
    .filter((line) => ` ${line} `.includes(` ${marker} `))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid));
}

/** The processes whose command line holds `text`, this one left out. `ps` shows those of protected programs too. */
export function findNaming(text: string): number[] {
  const lines = execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
  return lines
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isAlive(pid));
}
