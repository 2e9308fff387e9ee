import { readdirSync, readFileSync } from "node:fs";
import { run } from "../../base/processes/run.ts";

/** What the processes below one use now. */
export interface Use {
  processes: number;
  /** Of their own, without what they share. */
  memoryBytes: number;
}

/** Counts the processes that descend from `pid`, and their memory, by Linux' /proc. */
export function useBelow(pid: number): Use {
  const total = { processes: 0, memoryBytes: 0 };
  const waiting = childrenOf(pid);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    total.processes += 1;
    total.memoryBytes += memoryOf(next);
    waiting.push(...childrenOf(next));
  }
  return total;
}

/** Direct children, whichever thread started them. */
export function childrenOf(pid: number): number[] {
  const threads = threadsOf(pid);
  return threads.flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it ended meanwhile
  }
}

function memoryOf(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // it ended meanwhile
  }
}

/** Bytes on disk of these folders, by `du`; undefined when it doesn't say. */
export async function diskUseOf(folders: readonly string[], signal: AbortSignal): Promise<number | undefined> {
  let said = "";
  await run({
    command: "/usr/bin/du",
    args: ["-s", "-B1", "-c", "-x", "--", ...folders],
    cwd: "/",
    environment: { LC_ALL: "C" },
    signal,
    graceMs: 100,
    onOutput: (stream, bytes) => {
      if (stream === "stdout") said += bytes.toString();
    },
  });
  const total = /^(\d+)\ttotal$/m.exec(said)?.[1];
  return total === undefined ? undefined : Number(total);
}
