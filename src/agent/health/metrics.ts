import { Counter, Gauge, Registry } from "prom-client";

/** What the agent counts, on a registry of its own. */
export function createAgentMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name: `millwright_agent_${name}`, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `millwright_agent_${name}`, help, registers });
  return {
    registry,
    slots: gauge("slots", "Builds that may run at once"),
    slotsBusy: gauge("slots_busy", "Builds that run now"),
    sessionEpoch: gauge("session_epoch", "The epoch of the current session"),
    lastSync: gauge("last_sync_timestamp_seconds", "When the last Sync was answered"),
    watchConnected: gauge("watch_connected", "1 while the Watch stream is open"),
    diskFree: gauge("disk_free_bytes", "Free bytes where the work folder is"),
    offers: new Counter({
      name: "millwright_agent_offers_total",
      help: "Offers by what became of them",
      labelNames: ["result"] as const,
      registers,
    }),
    sync: new Counter({
      name: "millwright_agent_sync_total",
      help: "Syncs by result",
      labelNames: ["result"] as const,
      registers,
    }),
    jobs: new Counter({
      name: "millwright_agent_jobs_total",
      help: "Builds that ended here, by outcome and error code",
      labelNames: ["outcome", "code"] as const,
      registers,
    }),
    configReloads: new Counter({
      name: "millwright_agent_config_reloads_total",
      help: "Reloads of the configuration by result",
      labelNames: ["result"] as const,
      registers,
    }),
    leasesAbandoned: counter("leases_abandoned_total", "Leases given up because the controller said so"),
    logBytes: counter("log_bytes_total", "Bytes of logs that the controller acknowledged"),
    artifactBytes: counter("artifact_bytes_total", "Bytes of artifacts that the controller stored"),
    artifactRetries: counter("artifact_retries_total", "Uploads that had to be tried again"),
  };
}

export type AgentMetrics = ReturnType<typeof createAgentMetrics>;
