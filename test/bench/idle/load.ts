import { readdirSync, readFileSync } from "node:fs";

const NANOSECONDS = 1e9;

/** The memory of a process in MiB: what is resident, and that with what is shared counted in parts. */
export function memoryOf(pid: number): { resident: number; proportional: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) / 1024;
  return { resident: mib("Rss"), proportional: mib("Pss") };
}

/** Seconds of a core that the threads which a process has now took since they began. */
export function coreSeconds(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / NANOSECONDS;
}

/** The processes that a process started and that live now. */
export function childrenOf(pid: number): number[] {
  const words = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "),
  );
  return words.filter((word) => word !== "").map(Number);
}
