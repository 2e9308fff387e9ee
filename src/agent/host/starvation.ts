import { cpus, loadavg } from "node:os";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";

const LATE_MS = 2_000;

/** Watches whether this host gives the agent its time, so that a late heartbeat is explained by its cause. */
export class StarvationWatch {
  private readonly delay: IntervalHistogram;
  /** What `reasons` answered the last time. */
  last: string[] = [];

  constructor() {
    this.delay = monitorEventLoopDelay({ resolution: 100 });
    this.delay.enable();
  }

  /** Why the agent was late since the last question; empty when it wasn't. */
  reasons(): string[] {
    this.last = this.look();
    return this.last;
  }

  private look(): string[] {
    const lateMs = Math.round(this.delay.max / 1e6);
    this.delay.reset();
    if (lateMs < LATE_MS) return [];
    const load = loadavg()[0]?.toFixed(1);
    return [
      `the host is starved: the agent had to wait ${lateMs} ms for its turn; load ${load} on ${cpus().length} cores`,
    ];
  }

  close(): void {
    this.delay.disable();
  }
}
