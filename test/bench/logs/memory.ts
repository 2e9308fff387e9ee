import { readFileSync, writeFileSync } from "node:fs";

/** What another process takes more than it did when this was made, where the system tells (Linux). */
export class MemoryOf {
  private readonly pid: number;
  private readonly before: number;

  constructor(pid: number) {
    this.pid = pid;
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, "5"); // from now on the most is counted anew
    } catch {
      // no such system, or not allowed: then the most since the process began is told
    }
    this.before = this.mib("VmRSS");
  }

  /** MiB at most since then; 0 where the system doesn't tell. */
  more(): number {
    return Math.max(0, this.mib("VmHWM") - this.before);
  }

  private mib(name: string): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
      return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }
}

export function mostMib(more: ReadonlyMap<string, number>): number {
  return Math.max(...more.values());
}
