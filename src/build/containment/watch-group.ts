import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatSize } from "../../base/units.ts";
import type { Isolation } from "../../protocol/job-folder/spec.ts";
import type { JobContext } from "../job/context.ts";

/** How often the kernel has kept a limit of a control group since it was made. */
interface Kept {
  /** It was at its own limit, and nothing could be given back. */
  outOfMemory: number;
  /** Its processes that were ended, also because the whole host had no memory left. */
  ended: number;
  /** Processes and threads that it wasn't given. */
  refused: number;
}

/**
 * Notes what the kernel has kept from this job's commands until now; the answered function tells what came to it while one
 * of them ran: it stops the job that had too much memory, and says the rest in the log. Without a group it does nothing.
 */
export function watchGroup(context: Pick<JobContext, "host" | "stop" | "log">, isolation: Isolation): () => void {
  const { controlGroup } = context.host;
  if (!controlGroup) return () => {};
  const before = keptIn(controlGroup);
  return () => {
    const now = keptIn(controlGroup);
    const limit = isolation.maxMemoryBytes;
    if (now.refused > before.refused) {
      context.log.line(`(the kernel refused more than ${isolation.maxProcesses} processes: isolation.maxProcesses)`);
    }
    if (now.ended <= before.ended) return;
    if (limit === 0 || now.outOfMemory <= before.outOfMemory) {
      context.log.line("(the kernel ended this command because the host had no memory left)");
      return;
    }
    const used = Math.max(peakOf(controlGroup), limit);
    context.stop.fail(
      errorOf("BUILD_OVER_LIMIT", {
        what: "memory",
        used: formatSize(used),
        limit: formatSize(limit),
        key: "isolation.maxMemory",
      }),
    );
  };
}

function keptIn(folder: string): Kept {
  const [memory, pids] = [textOf(join(folder, "memory.events")), textOf(join(folder, "pids.events"))];
  return { outOfMemory: countIn(memory, "oom"), ended: countIn(memory, "oom_kill"), refused: countIn(pids, "max") };
}

function countIn(text: string, name: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}

function peakOf(folder: string): number {
  return Number(textOf(join(folder, "memory.peak"))) || 0;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // this group has no such limit
  }
}
