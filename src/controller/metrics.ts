import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { addProcessMetrics } from "../base/observe/process-metrics.ts";
import { VERSION } from "../protocol/version.ts";

const PREFIX = "millwright_controller";
const CALL_SECONDS = [0.005, 0.02, 0.05, 0.2, 1, 5, 20];

/** What the controller counts, on a registry of its own. Gauges of what the store holds: watching/store-gauges.ts. */
export function createControllerMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `${PREFIX}_${name}`, help, registers });
  addProcessMetrics(registry, PREFIX);
  new Gauge({ ...named("info", "1, with the release that runs"), labelNames: ["version"] as const }).set(
    { version: VERSION },
    1,
  );
  const buildsEnded = new Counter({
    ...named("builds_total", "Builds that ended, by status, platform, and whose fault it was when they failed"),
    labelNames: ["status", "platform", "blame"] as const,
  });
  beginAtZero(buildsEnded);
  return {
    registry,
    buildsEnded,
    refusals: new Counter({
      ...named("refused_messages_total", "Messages of agents that were refused, by call and code"),
      labelNames: ["call", "code"] as const,
    }),
    deliveries: new Counter({
      ...named("webhook_deliveries_total", "Attempts to deliver to webhooks, by outcome"),
      labelNames: ["outcome"] as const,
    }),
    queueWait: new Histogram({
      ...named("queue_wait_seconds", "Time from a build's request to its first step"),
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800, 7200],
    }),
    traces: new Counter({
      ...named(
        "traces_total",
        "Traces of builds that were sent to the collector, that it didn't take, and that were dropped",
      ),
      labelNames: ["outcome"] as const,
    }),
    auditEntries: new Gauge(named("audit_entries", "Entries in the chain of the audit")),
    auditBroken: new Gauge(
      named("audit_broken", "1 when the chain of the audit doesn't hold: see millwright audit verify"),
    ),
    tracesWaiting: new Gauge(named("traces_waiting", "Traces of builds that the collector doesn't have yet")),
    agentsConnected: new Gauge(named("agents_watching", "Agents with an open Watch stream")),
    ...createDurations(registry),
  };
}

/** How long others wait for the controller, and what it takes in meanwhile. */
function createDurations(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `${PREFIX}_${name}`, help, registers });
  return {
    logBytes: new Counter(named("log_bytes_total", "Bytes of logs made durable")),
    logCommit: new Histogram({
      ...named("log_commit_duration_seconds", "Time from a piece of a log that arrived to its safe place in the store"),
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 15],
    }),
    requests: new Histogram({
      ...named("http_request_duration_seconds", "Time to answer HTTP requests, by route pattern and kind of status"),
      labelNames: ["method", "route", "status"] as const,
      buckets: CALL_SECONDS,
    }),
    calls: new Histogram({
      ...named("rpc_duration_seconds", "Time to answer calls of agents, by method and gRPC status"),
      labelNames: ["method", "code"] as const,
      buckets: CALL_SECONDS,
    }),
  };
}

/** A counter that is first seen at 1 has not grown, for Prometheus: the first failure by a bug would go unnoticed. */
function beginAtZero(ended: Counter<"status" | "platform" | "blame">): void {
  for (const platform of ["android", "ios", "web"]) {
    for (const status of ["success", "canceled"]) ended.inc({ status, platform, blame: "" }, 0);
    for (const blame of ["user", "host", "controller", "bug"]) ended.inc({ status: "failed", platform, blame }, 0);
  }
}

export type ControllerMetrics = ReturnType<typeof createControllerMetrics>;
