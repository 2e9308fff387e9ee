import { Gauge, Registry } from "prom-client";
import { addProcessMetrics } from "../../base/observe/process-metrics.ts";
import { VERSION } from "../../protocol/version.ts";
import { createCacheMetrics } from "./cache-metrics.ts";
import { createDiskMetrics } from "./disk-metrics.ts";
import { createJobMetrics } from "./job-metrics.ts";
import { createSessionMetrics } from "./session-metrics.ts";

const PREFIX = "millwright_agent";

/** What the agent counts, on a registry of its own. docs/watching.md tells what each means; a test holds both together. */
export function createAgentMetrics() {
  const registry = new Registry();
  addProcessMetrics(registry, PREFIX);
  const info = new Gauge({
    name: `${PREFIX}_info`,
    help: "1, with the release that runs and its host",
    labelNames: ["version", "os", "arch"] as const,
    registers: [registry],
  });
  info.set({ version: VERSION, os: process.platform, arch: process.arch }, 1);
  return {
    registry,
    diskFree: new Gauge({
      name: `${PREFIX}_disk_free_bytes`,
      help: "Free bytes where the work folder is, by the mount point of its disk",
      labelNames: ["mount"] as const,
      registers: [registry],
    }),
    ready: new Gauge({
      name: `${PREFIX}_ready`,
      help: "1 when the agent can take builds, as /readyz says",
      registers: [registry],
    }),
    releaseRolledBack: new Gauge({
      name: `${PREFIX}_release_rolled_back`,
      help: "1 while the release before runs because the one that was asked for failed",
      registers: [registry],
    }),
    ...createSessionMetrics(registry),
    ...createJobMetrics(registry),
    ...createDiskMetrics(registry),
    ...createCacheMetrics(registry),
  };
}

export type AgentMetrics = ReturnType<typeof createAgentMetrics>;
