import { readJson } from "../../base/files.ts";
import { readCacheUse } from "../../protocol/cache-use.ts";
import { readEvents } from "../../protocol/job-folder/events.ts";
import type { JobPaths } from "../../protocol/job-folder/paths.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { JobSpec } from "../../protocol/job-folder/spec.ts";
import { countCacheUse } from "../health/cache-metrics.ts";
import type { AgentMetrics } from "../health/metrics.ts";

/** Counts a build that the controller has recorded; its folder must still be there. */
export function countJob(metrics: AgentMetrics, paths: JobPaths, result: JobResult): void {
  const { outcome, failure, startedAtMs, finishedAtMs, logTruncated } = result;
  const platform = readJson<JobSpec>(paths.spec)?.platform ?? "";
  metrics.jobs.inc({ platform, outcome, code: failure?.code ?? "", blame: failure?.blame ?? "" });
  metrics.jobDuration.observe({ platform, outcome }, Math.max(0, finishedAtMs - startedAtMs) / 1000);
  if (logTruncated) metrics.logTruncated.inc();
  const began = new Map<string, number>();
  for (const { kind, step, atMs, outcome: end, detail } of readEvents(paths.events, 0)) {
    const at = began.get(step);
    const use = kind === "cache" ? readCacheUse(detail) : undefined;
    if (use) countCacheUse(metrics, use);
    if (kind === "step-started") began.set(step, atMs);
    else if (kind === "step-finished" && at !== undefined && end !== "skipped") {
      metrics.phaseDuration.observe({ phase: step }, Math.max(0, atMs - at) / 1000);
    }
  }
}
