import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

const PERCENTILES = [50, 99, 100] as const;

/** What a process costs its host, and how long its work waits for its turn. All is looked at when it is asked for. */
export function addProcessMetrics(registry: Registry, prefix: string): void {
  const registers = [registry];
  let delay: IntervalHistogram | undefined;
  new Gauge({
    name: `${prefix}_event_loop_lag_seconds`,
    help: "How late the event loop came to its work since the last scrape, by percentile; 100 is the worst",
    labelNames: ["percentile"] as const,
    registers,
    collect() {
      for (const percentile of PERCENTILES) {
        const lag = delay && delay.count > 0 ? delay.percentile(percentile) / 1e9 : 0;
        this.set({ percentile: String(percentile) }, lag);
      }
      delay ??= beginDelay();
      delay.reset();
    },
  });
  new Gauge({
    name: `${prefix}_process_resident_memory_bytes`,
    help: "Memory that the process holds",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: `${prefix}_process_start_time_seconds`,
    help: "When the process began, in seconds since 1970",
    registers,
  }).set(Math.round(Date.now() / 1000 - process.uptime()));
  new Counter({
    name: `${prefix}_process_cpu_seconds_total`,
    help: "Processor time that the process used",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

/** Begun at the first scrape: who is never asked doesn't measure. */
function beginDelay(): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return delay;
}
