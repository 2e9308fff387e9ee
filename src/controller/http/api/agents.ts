import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import type { Agent } from "../../../protocol/api.ts";
import { may, type Principal } from "../../accounts/principal.ts";
import { capabilityOf } from "../../agents/capability.ts";
import { keyState } from "../../agents/key-state.ts";
import { shownState } from "../../agents/shown-state.ts";
import type { Services } from "../../services.ts";
import type { AgentKey } from "../../store/agent-key-store.ts";
import type { AgentRow } from "../../store/tables.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";

/** The agents. */
export function agentRoutes(api: FastifyInstance, services: Services): void {
  api.get("/agents", told("All agents", { answer: "Agents" }), async (request) => {
    const agents = await services.store.agents.list();
    const principal = principalOf(request);
    const keys = await services.store.agentKeys.byAgent();
    const shown = agents.map((agent) => toAgent(services, agent, principal, keys.get(agent.id)));
    const connected = new Set(agents.map(({ id }) => id));
    const expected = [...keys.values()].filter((key) => !connected.has(key.agent_id)).map(notYetConnected);
    const all = [...(await Promise.all(shown)), ...expected];
    return { agents: all.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  });
}

/** Agents are everybody's; the builds on them only those of accounts that the person may read. */
async function toAgent(
  services: Services,
  row: Selectable<AgentRow>,
  principal: Principal,
  key: AgentKey | undefined,
): Promise<Agent> {
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
    ...(key ? { key: keyState(key) } : {}),
  };
}

/** A host that joined and hasn't called since. */
function notYetConnected(key: AgentKey): Agent {
  return {
    id: key.agent_id,
    name: key.name,
    state: "offline",
    reasons: key.revoked_at === null ? ["It has joined and not connected yet: start millwright agent there."] : [],
    version: "",
    os: "",
    slots: 0,
    running: [],
    diskFreeBytes: 0,
    lastContactAt: new Date(key.joined_at).toISOString(),
    platforms: [],
    targetPlatforms: [],
    toolchains: [],
    key: keyState(key),
  };
}
