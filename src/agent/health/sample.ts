import type { HostIdentity } from "../connection/host-identity.ts";
import { freeBytes } from "../host/disk.ts";
import { mountOf } from "../host/mount.ts";
import type { JobTable } from "../jobs/job-table.ts";
import { type Launched, whyWentBack } from "../releases/under-launcher.ts";
import type { Session } from "../session/session.ts";
import type { AgentMetrics } from "./metrics.ts";
import { AGENT_STATES } from "./session-metrics.ts";

/** Sets the gauges of what is so now: called at each scrape. */
export async function sample(
  metrics: AgentMetrics,
  parts: {
    session: Session;
    jobs: JobTable;
    workFolder: string;
    slots: number;
    launched: Launched | undefined;
    identity: HostIdentity | undefined;
  },
): Promise<void> {
  const { session, jobs, workFolder, slots, launched, identity } = parts;
  if (identity?.until) metrics.certificate.set({ certificate: "client" }, identity.until / 1000);
  metrics.releaseRolledBack.set(whyWentBack(launched) === undefined ? 0 : 1);
  metrics.slots.set(slots);
  metrics.slotsBusy.set(jobs.size);
  const now = session.state;
  for (const state of AGENT_STATES) metrics.state.set({ state }, state === now ? 1 : 0);
  metrics.leaseRemaining.set(session.toleranceLeftMs / 1000);
  const logs = jobs.logBytes();
  metrics.logSpool.set(logs.spooled);
  metrics.logUnacked.set(logs.unacked);
  metrics.diskFree.set({ mount: mountOf(workFolder) }, await freeBytes(workFolder));
}
