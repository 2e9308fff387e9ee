import { Gauge, type Registry } from "prom-client";

/** The gauges of what the store and the disk hold; set anew at each scrape by `sample`. */
export function createStoreGauges(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_controller_${name}`, help, registers });
  return {
    builds: new Gauge({
      ...named("builds", "Builds that have not ended, by platform and status (pending: held back by a limit)"),
      labelNames: ["platform", "status"] as const,
    }),
    oldestWaiting: new Gauge({
      ...named("oldest_waiting_seconds", "How long the oldest build waits, by platform and status; 0 when none does"),
      labelNames: ["platform", "status"] as const,
    }),
    ...createAgentGauges(registry),
    certificate: new Gauge({
      ...named("certificate_expiry_timestamp_seconds", "When the first certificate of a security profile runs out"),
      labelNames: ["account", "profile", "platform"] as const,
    }),
    provisioning: new Gauge({
      ...named("provisioning_profile_expiry_timestamp_seconds", "When a provisioning profile runs out"),
      labelNames: ["account", "profile", "provisioning_profile"] as const,
    }),
    tlsCertificate: new Gauge({
      ...named("tls_certificate_expiry_timestamp_seconds", "When a certificate of the controller itself runs out"),
      labelNames: ["certificate"] as const,
    }),
    deliveriesWaiting: new Gauge(named("webhook_deliveries_waiting", "Deliveries to webhooks that are not made yet")),
    storeSize: new Gauge(named("store_size_bytes", "Size of the embedded store with its write-ahead log")),
    diskFree: new Gauge(named("disk_free_bytes", "Free bytes where the data folder is")),
    ready: new Gauge(named("ready", "1 when the controller can work, as /readyz says")),
  };
}

function createAgentGauges(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_controller_${name}`, help, registers });
  const ofAgent = ["agent"] as const;
  return {
    agents: new Gauge({ ...named("agents", "Agents by state"), labelNames: ["state"] as const }),
    agentState: new Gauge({
      ...named("agent_state", "1 for the state that the agent is in"),
      labelNames: ["agent", "state"] as const,
    }),
    agentContact: new Gauge({
      ...named("agent_last_contact_timestamp_seconds", "When the agent was last heard, in seconds since 1970"),
      labelNames: ofAgent,
    }),
    agentDisk: new Gauge({
      ...named("agent_disk_free_bytes", "Free bytes in the work folder of the agent, as it last said"),
      labelNames: ofAgent,
    }),
    agentSlots: new Gauge({ ...named("agent_slots", "Builds that the agent may run at once"), labelNames: ofAgent }),
    agentMaintenance: new Gauge({
      ...named("agent_maintenance", "1 while a maintenance window of the agent is open"),
      labelNames: ofAgent,
    }),
    agentBusy: new Gauge({ ...named("agent_slots_busy", "Builds that the agent holds now"), labelNames: ofAgent }),
  };
}

export type StoreGauges = ReturnType<typeof createStoreGauges>;
