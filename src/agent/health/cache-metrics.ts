import { Counter, type Registry } from "prom-client";
import type { CacheUse } from "../../protocol/cache-use.ts";

/** What builds had of what earlier ones kept. */
export function createCacheMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_agent_cache_${name}`, help, registers });
  const ofCache = ["cache"] as const;
  return {
    cacheUses: new Counter({
      ...named("uses_total", "Caches that builds asked for, by cache and result: hit, older, miss, broken"),
      labelNames: ["cache", "result"] as const,
    }),
    cacheBytes: new Counter({
      ...named("restored_bytes_total", "Bytes that were restored, by cache"),
      labelNames: ofCache,
    }),
    cacheSaved: new Counter({
      ...named("saved_seconds_total", "Time that was saved, compared to the builds that kept it, by cache"),
      labelNames: ofCache,
    }),
  };
}

export function countCacheUse(metrics: ReturnType<typeof createCacheMetrics>, use: CacheUse): void {
  const { cache, result, bytes, savedMs } = use;
  metrics.cacheUses.inc({ cache, result });
  metrics.cacheBytes.inc({ cache }, bytes);
  metrics.cacheSaved.inc({ cache }, savedMs / 1000);
}
