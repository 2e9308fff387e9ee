import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { grouped } from "../../../base/grouped.ts";
import type { Agent } from "../../../protocol/api.ts";
import type { Maintenance } from "../../../protocol/maintenance-api.ts";
import { HOLD_KINDS } from "../../../protocol/page-api.ts";
import { may, type Principal } from "../../accounts/principal.ts";
import { capabilityOf } from "../../agents/capability.ts";
import { keyState } from "../../agents/key-state.ts";
import { maintenanceNow } from "../../agents/maintenance.ts";
import { lastContactOf, shownState } from "../../agents/shown-state.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { AgentKey } from "../../store/agent-key-store.ts";
import type { HeldBuild } from "../../store/lease-store.ts";
import type { AgentRow } from "../../store/tables.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, optionalLine, validate } from "../validate.ts";

export const AGENT_PARAMS = z.strictObject({ agent: line(200) });

export const HOLD_REQUEST = z.strictObject({ kind: z.enum(HOLD_KINDS), reason: optionalLine(500).default("") });

/** The agents, and keeping them from new builds. */
export function agentRoutes(api: FastifyInstance, services: Services): void {
  const { store, changes, watchers } = services;

  api.get("/agents", told("All agents", { answer: "Agents" }), async (request) => {
    const agents = await store.agents.list();
    const principal = principalOf(request);
    const keys = await store.agentKeys.byAgent();
    const maintenanceOf = await maintenanceNow(services);
    const held = grouped(await store.leases.heldBuilds(), (build) => build.agent_id);
    const shown = agents.map((agent) =>
      toAgent(services, agent, principal, {
        key: keys.get(agent.id),
        held: held.get(agent.id) ?? [],
        maintenance: maintenanceOf(agent.id),
      }),
    );
    const connected = new Set(agents.map(({ id }) => id));
    const expected = [...keys.values()].filter((key) => !connected.has(key.agent_id)).map(notYetConnected);
    const all = [...shown, ...expected];
    return { agents: all.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  });

  api.put<{ Params: { agent: string } }>(
    "/agents/:agent/hold",
    told("Gives an agent no new builds; those that run go on; for operators", { body: HOLD_REQUEST, answer: "Agent" }),
    async (request): Promise<Agent> => {
      const { agent, author } = await asOperator(services, request);
      const hold = validate(HOLD_REQUEST, request.body);
      const at = new Date(author.at).toISOString();
      await store.agents.setHold(agent, { ...hold, by: author.actor, at }, author);
      changes.agentHeld(agent.id);
      return shownAgain(services, request, agent);
    },
  );

  api.delete<{ Params: { agent: string } }>(
    "/agents/:agent/hold",
    told("Gives an agent builds again; for operators", { answer: "Agent" }),
    async (request): Promise<Agent> => {
      const { agent, author } = await asOperator(services, request);
      await store.agents.setHold(agent, undefined, author);
      watchers.syncNow(agent.id);
      return shownAgain(services, request, agent);
    },
  );
}

/** The agent that an operator named. Throws NOT_ALLOWED, NOT_FOUND. */
async function asOperator({ store, clock }: Services, request: FastifyRequest) {
  requireOperator(principalOf(request));
  const { agent: key } = validate(AGENT_PARAMS, request.params);
  const agents = await store.agents.list();
  const agent = agents.find(({ id }) => id === key) ?? agents.find(({ name }) => name === key);
  if (agent) return { agent, author: { actor: principalOf(request).name, at: clock.now() } };
  throw notFound(
    "agent",
    key,
    agents.map(({ name }) => name),
  );
}

/** Read after it was changed. */
async function shownAgain(services: Services, request: FastifyRequest, { id }: { id: string }): Promise<Agent> {
  const row = await services.store.agents.find(id);
  if (!row) throw new Error(`the agent ${id} is gone, and agents are never removed`);
  const maintenanceOf = await maintenanceNow(services);
  const key = await services.store.agentKeys.ofName(row.name);
  const held = await services.store.leases.heldBuilds(id);
  return toAgent(services, row, principalOf(request), { key, held, maintenance: maintenanceOf(id) });
}

/** What is known of an agent beside its row. */
interface Beside {
  key: AgentKey | undefined;
  held: readonly HeldBuild[];
  maintenance: Maintenance | undefined;
}

/** Agents are everybody's; the builds on them only those of accounts that the person may read. */
function toAgent(
  services: Services,
  row: Selectable<AgentRow>,
  principal: Principal,
  { key, held, maintenance }: Beside,
): Agent {
  const capability = capabilityOf(row);
  const { arch, cores, memoryBytes } = capability;
  const shown = held.filter((build) => may(principal, build.account_id, "read"));
  return {
    id: row.id,
    name: row.name,
    ...shownState(services, row, held.length, maintenance),
    reasons: JSON.parse(row.reasons) as string[],
    version: row.version,
    os: `${capability.os ?? ""} ${capability.osVersion ?? ""}`.trim(),
    ...(arch ? { arch } : {}),
    ...(cores ? { cores } : {}),
    ...(memoryBytes ? { memoryBytes } : {}),
    slots: row.slots,
    running: shown.map((build) => build.build_id),
    diskFreeBytes: row.disk_free,
    lastContactAt: new Date(lastContactOf(services, row)).toISOString(),
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
