import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import type { Agent } from "../../../protocol/api.ts";
import { capabilityOf } from "../../agents/capability.ts";
import { shownState } from "../../agents/shown-state.ts";
import { targetPlatformsOf } from "../../agents/target-platforms.ts";
import type { Services } from "../../services.ts";
import type { AgentRow } from "../../store/tables.ts";

/** The agents, and the target platforms that they offer. */
export function agentRoutes(api: FastifyInstance, services: Services): void {
  api.get("/agents", async () => {
    const agents = await services.store.agents.list();
    return { agents: await Promise.all(agents.map((agent) => toAgent(services, agent))) };
  });

  api.get("/target-platforms", async () => {
    const agents = await services.store.agents.list();
    return { targetPlatforms: targetPlatformsOf(agents) };
  });
}

async function toAgent(services: Services, row: Selectable<AgentRow>): Promise<Agent> {
  const capability = capabilityOf(row);
  const live = await services.store.leases.live(row.id);
  return {
    id: row.id,
    name: row.name,
    state: await shownState(services, row),
    reasons: JSON.parse(row.reasons) as string[],
    version: row.version,
    os: `${capability.os ?? ""} ${capability.osVersion ?? ""}`.trim(),
    slots: row.slots,
    running: live.map((lease) => lease.build_id),
    diskFreeBytes: row.disk_free,
    lastContactAt: new Date(row.last_contact_at).toISOString(),
    platforms: capability.platforms,
    targetPlatforms: capability.targetPlatforms,
    toolchains: capability.toolchains,
  };
}
