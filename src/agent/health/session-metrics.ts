import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** The states of an agent, as `millwright_agent_state` names them. */
export const AGENT_STATES = ["connecting", "ready", "unhealthy", "draining"] as const;

/** What the agent counts of its relation to the controller. */
export function createSessionMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_agent_${name}`, help, registers });
  return {
    slots: new Gauge(named("slots", "Builds that may run at once")),
    slotsBusy: new Gauge(named("slots_busy", "Builds that run now")),
    state: new Gauge({ ...named("state", "1 for the state that the agent is in"), labelNames: ["state"] as const }),
    sessionEpoch: new Gauge(named("session_epoch", "The epoch of the current session")),
    lastSync: new Gauge(named("last_sync_timestamp_seconds", "When the last Sync was answered")),
    certificate: new Gauge({
      ...named(
        "client_certificate_expiry_timestamp_seconds",
        "When the certificate that it shows the controller runs out",
      ),
      labelNames: ["certificate"] as const,
    }),
    watchConnected: new Gauge(named("watch_connected", "1 while the Watch stream is open")),
    leaseRemaining: new Gauge(
      named("lease_remaining_seconds", "How long the controller may stay away before running builds are given up"),
    ),
    sync: new Counter({ ...named("sync_total", "Syncs by result"), labelNames: ["result"] as const }),
    syncDuration: new Histogram({
      ...named("sync_duration_seconds", "Time until a Sync was answered"),
      buckets: [0.005, 0.02, 0.05, 0.2, 1, 5, 10],
    }),
    reconnects: new Counter({
      ...named("reconnects_total", "Times the way to the controller was lost and found again, by reason"),
      labelNames: ["reason"] as const,
    }),
    offers: new Counter({
      ...named("offers_total", "Offers by what became of them"),
      labelNames: ["result"] as const,
    }),
    configReloads: new Counter({
      ...named("config_reloads_total", "Reloads of the configuration by result"),
      labelNames: ["result"] as const,
    }),
    configRestart: new Gauge(
      named("config_restart_keys", "Keys of the configuration whose new value waits for a restart"),
    ),
    configBroken: new Gauge(
      named("config_broken", "1 when the configuration's file was broken at the last reload: the one before it holds"),
    ),
    rpc: new Histogram({
      ...named("rpc_duration_seconds", "Time until calls of the controller were answered, by method and gRPC status"),
      labelNames: ["method", "code"] as const,
      buckets: [0.005, 0.02, 0.05, 0.2, 1, 5, 10],
    }),
  };
}
