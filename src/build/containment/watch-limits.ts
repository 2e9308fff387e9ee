import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import type { JobContext } from "../job/context.ts";
import { childrenOf, diskUseOf, useBelow } from "./use.ts";

const LOOK_MS = 1_000;
/** Measuring a disk takes its time: at most this part of it is spent so. */
const DISK_REST = 30;
const DISK_LEAST_MS = 1_000;

/**
 * Looks again and again what the commands of a contained job use, and stops the job when that is more than the host allows:
 * at once, by ending its sandboxes. Kept up until the answered function is called.
 */
export function watchLimits(context: JobContext, isolation: Isolation): () => void {
  const over = (what: string, used: string, limit: string, key: string) => {
    context.stop.fail(errorOf("BUILD_OVER_LIMIT", { what, used, limit, key: `isolation.${key}` }));
    for (const pid of childrenOf(process.pid)) endNow(pid);
  };
  const ended = new AbortController();
  const timer = setInterval(() => {
    const { maxMemoryBytes: memory, maxProcesses: processes } = isolation;
    const use = useBelow(process.pid);
    if (memory > 0 && use.memoryBytes > memory) {
      over("memory", formatSize(use.memoryBytes), formatSize(memory), "maxMemory");
    }
    // The kernel refuses more to who isn't root, so only more than those of one command are too many.
    if (processes > 0 && use.processes > processes + 50) {
      over("processes", String(use.processes), String(processes), "maxProcesses");
    }
  }, LOOK_MS);
  if (isolation.maxDiskBytes > 0) void watchDisk(context, isolation.maxDiskBytes, over, ended.signal);
  return () => {
    clearInterval(timer);
    ended.abort();
  };
}

async function watchDisk(
  context: JobContext,
  limit: number,
  over: (what: string, used: string, limit: string, key: string) => void,
  ended: AbortSignal,
): Promise<void> {
  const folders = [context.host.worktree, context.host.scratch, join(context.paths.folder, "tmp")];
  while (!ended.aborted) {
    const began = performance.now();
    const used = await diskUseOf(folders, ended);
    if (used !== undefined && used > limit) over("disk", formatSize(used), formatSize(limit), "maxDisk");
    await rest(Math.max(DISK_LEAST_MS, (performance.now() - began) * DISK_REST), ended);
  }
}

function rest(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    ended.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** With the program that keeps a sandbox all of its processes end. */
function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
