import { Counter, Gauge, type Registry } from "prom-client";

/** What the agent counts of its disk and of what it cleans away. */
export function createDiskMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_agent_${name}`, help, registers });
  const ofKind = ["kind"] as const;
  return {
    cleanings: new Counter({
      ...named("cleanings_total", "Cleanings of the disk by result"),
      labelNames: ["result"] as const,
    }),
    cleanedThings: new Counter({
      ...named("cleaned_things_total", "Files and folders that were cleaned away, by kind"),
      labelNames: ofKind,
    }),
    cleanedBytes: new Counter({
      ...named("cleaned_bytes_total", "Bytes that were won by cleaning, by kind"),
      labelNames: ofKind,
    }),
    keptBytes: new Gauge(
      named(
        "kept_bytes",
        "Bytes of mirrors, tools and caches that are kept for later builds, as the last cleaning found",
      ),
    ),
  };
}
