import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import type { Agent } from "../../../protocol/api.ts";
import { may, type Principal } from "../../accounts/principal.ts";
import { capabilityOf } from "../../agents/capability.ts";
import { shownState } from "../../agents/shown-state.ts";
import type { Services } from "../../services.ts";
import type { AgentRow } from "../../store/tables.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";

/** The agents. */
export function agentRoutes(api: FastifyInstance, services: Services): void {
  api.get("/agents", told("All agents", { answer: "Agents" }), async (request) => {
    const agents = await services.store.agents.list();
    const principal = principalOf(request);
    return { agents: await Promise.all(agents.map((agent) => toAgent(services, agent, principal))) };
  });
}

/** Agents are everybody's; the builds on them only those of accounts that the person may read. */
async function toAgent(services: Services, row: Selectable<AgentRow>, principal: Principal): Promise<Agent> {
  const capability = capabilityOf(row);
  const live = await services.store.leases.live(row.id);
  const builds = await Promise.all(live.map((lease) => services.store.builds.find(lease.build_id)));
  const shown = builds.filter((build) => build && may(principal, build.account_id, "read"));
  return {
    id: row.id,
    name: row.name,
    state: await shownState(services, row),
    reasons: JSON.parse(row.reasons) as string[],
    version: row.version,
    os: `${capability.os ?? ""} ${capability.osVersion ?? ""}`.trim(),
    slots: row.slots,
    running: shown.flatMap((build) => build?.id ?? []),
    diskFreeBytes: row.disk_free,
    lastContactAt: new Date(row.last_contact_at).toISOString(),
    platforms: capability.platforms,
    targetPlatforms: capability.targetPlatforms,
    toolchains: capability.toolchains,
  };
}
