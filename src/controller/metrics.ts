import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the controller counts, on a registry of its own. */
export function createControllerMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    buildsEnded: new Counter({
      name: "millwright_controller_builds_total",
      help: "Builds that ended, by status",
      labelNames: ["status"] as const,
      registers,
    }),
    refusals: new Counter({
      name: "millwright_controller_refused_messages_total",
      help: "Messages of agents that were refused, by call and code",
      labelNames: ["call", "code"] as const,
      registers,
    }),
    deliveries: new Counter({
      name: "millwright_controller_webhook_deliveries_total",
      help: "Attempts to deliver to webhooks, by outcome",
      labelNames: ["outcome"] as const,
      registers,
    }),
    logBytes: new Counter({
      name: "millwright_controller_log_bytes_total",
      help: "Bytes of logs made durable",
      registers,
    }),
    queueWait: new Histogram({
      name: "millwright_controller_queue_wait_seconds",
      help: "Time from a build's request to its first step",
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1800, 7200],
      registers,
    }),
    agentsConnected: new Gauge({
      name: "millwright_controller_agents_watching",
      help: "Agents with an open Watch stream",
      registers,
    }),
  };
}

export type ControllerMetrics = ReturnType<typeof createControllerMetrics>;
