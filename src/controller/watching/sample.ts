import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { maintenanceNow } from "../agents/maintenance.ts";
import { lastContactOf, shownState } from "../agents/shown-state.ts";
import type { StoredProfile } from "../profiles/stored-profile.ts";
import type { Services } from "../services.ts";
import { freeBytes } from "./free-bytes.ts";
import type { StoreGauges } from "./store-gauges.ts";

const PLATFORMS = ["android", "ios", "web"];
const WAITING = ["pending", "queued"];
const STATES = ["ready", "busy", "paused", "draining", "maintenance", "unhealthy", "offline"];

/** Looks at the store and sets the gauges. What is gone has no series any more; what can be empty is 0. */
export async function sample(services: Services, gauges: StoreGauges): Promise<void> {
  await sampleBuilds(services, gauges);
  await sampleAgents(services, gauges);
  await sampleProfiles(services, gauges);
  gauges.deliveriesWaiting.set(await services.store.watch.deliveriesWaiting());
  const validity = (services.tls ?? services.httpTls)?.validity();
  if (validity) {
    gauges.tlsCertificate.set({ certificate: "server" }, validity.server / 1000);
    gauges.tlsCertificate.set({ certificate: "ca" }, validity.ca / 1000);
    if (validity.clientCa) gauges.tlsCertificate.set({ certificate: "client-ca" }, validity.clientCa / 1000);
  }
  await sampleDisk(services, gauges);
}

async function sampleBuilds({ store, clock }: Services, gauges: StoreGauges): Promise<void> {
  const live = await store.watch.liveBuilds();
  gauges.builds.reset(); // no wait from here on: another scrape would see half of it
  gauges.oldestWaiting.reset();
  for (const platform of PLATFORMS) {
    for (const status of [...WAITING, "running"]) gauges.builds.set({ platform, status }, 0);
    for (const status of WAITING) gauges.oldestWaiting.set({ platform, status }, 0);
  }
  for (const { platform, status, builds, oldestAt } of live) {
    gauges.builds.inc({ platform, status }, builds);
    const waits = oldestAt === undefined ? 0 : Math.max(0, (clock.now() - oldestAt) / 1000);
    if (oldestAt !== undefined) gauges.oldestWaiting.set({ platform, status }, waits);
  }
}

async function sampleAgents(services: Services, gauges: StoreGauges): Promise<void> {
  const { agents, agentState, agentContact, agentDisk, agentSlots, agentBusy, agentMaintenance } = gauges;
  const rows = await services.store.watch.agents();
  const maintenanceOf = await maintenanceNow(services);
  for (const gauge of [agents, agentState, agentContact, agentDisk, agentSlots, agentBusy, agentMaintenance])
    gauge.reset();
  for (const state of STATES) agents.set({ state }, 0);
  for (const row of rows) {
    const agent = row.name;
    const maintenance = maintenanceOf(row.id);
    const { state } = shownState(services, row, row.leases, maintenance);
    agents.inc({ state });
    agentState.set({ agent, state }, 1);
    agentContact.set({ agent }, lastContactOf(services, row) / 1000);
    agentDisk.set({ agent }, row.disk_free);
    agentSlots.set({ agent }, row.slots);
    agentBusy.set({ agent }, row.leases);
    agentMaintenance.set({ agent }, maintenance ? 1 : 0);
  }
}

async function sampleProfiles({ store }: Services, { certificate, provisioning }: StoreGauges): Promise<void> {
  const rows = await store.watch.profiles();
  certificate.reset();
  provisioning.reset();
  for (const { account, name: profile, shown } of rows) {
    const { android, ios } = (JSON.parse(shown) as StoredProfile).report ?? {};
    if (android) certificate.set({ account, profile, platform: "android" }, android.certificate.notAfterMs / 1000);
    const ends = (ios?.identities ?? []).map((each) => each.notAfterMs);
    if (ends.length > 0) certificate.set({ account, profile, platform: "ios" }, Math.min(...ends) / 1000);
    for (const { name, expiresMs } of ios?.provisioningProfiles ?? []) {
      provisioning.set({ account, profile, provisioning_profile: name }, expiresMs / 1000);
    }
  }
}

async function sampleDisk({ dataFolder }: Services, gauges: StoreGauges): Promise<void> {
  gauges.diskFree.set(await freeBytes(dataFolder));
  const files = (await readdir(dataFolder)).filter((name) => name.startsWith("millwright.db"));
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(dataFolder, name)).then(
        ({ size }) => size,
        () => 0, // SQLite removed it in this moment
      ),
    ),
  );
  gauges.storeSize.set(sizes.reduce((sum, size) => sum + size, 0));
}
