import { expect, test } from "vitest";
import { countCacheUse } from "../../../src/agent/health/cache-metrics.ts";
import { createAgentMetrics } from "../../../src/agent/health/metrics.ts";

test("uses of caches are counted by result, with what they restored and saved", async () => {
  const metrics = createAgentMetrics();
  const use = { cache: "gradle", files: 5, tookMs: 10 } as const;
  countCacheUse(metrics, { ...use, result: "hit", bytes: 100, savedMs: 1_500 });
  countCacheUse(metrics, { ...use, result: "older", bytes: 50, savedMs: 500 });
  countCacheUse(metrics, { ...use, result: "miss", bytes: 0, savedMs: 0 });
  const text = await metrics.registry.metrics();
  expect(text).toContain('millwright_agent_cache_uses_total{cache="gradle",result="hit"} 1');
  expect(text).toContain('millwright_agent_cache_uses_total{cache="gradle",result="miss"} 1');
  expect(text).toContain('millwright_agent_cache_restored_bytes_total{cache="gradle"} 150');
  expect(text).toContain('millwright_agent_cache_saved_seconds_total{cache="gradle"} 2');
});
