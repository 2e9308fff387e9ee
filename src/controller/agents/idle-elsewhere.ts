import type { Selectable } from "kysely";
import type { Services } from "../services.ts";
import type { AgentRow } from "../store/tables.ts";
import { platformsOf } from "./capability.ts";
import type { IdleAgent } from "./idle-agents.ts";
import { targetOffer } from "./target-platforms.ts";

/**
 * Agents that other controllers can wake and that have free slots as far as the store says; none when this controller is alone.
 */
export async function idleElsewhere(services: Services, isKnown: (agentId: string) => boolean): Promise<IdleAgent[]> {
  const { store, replicas } = services;
  if (!replicas.shared) return [];
  const agents = (await store.agents.list()).filter(
    ({ id, state, hold }) => state === "ready" && hold === null && !isKnown(id) && isWokenElsewhere(services, id),
  );
  return Promise.all(agents.map((agent) => idleOf(services, agent)));
}

/** Whether another controller has the agent's stream, and that one or the agent hasn't died since. */
export function isWokenElsewhere({ watchers, presence, timing }: Services, agentId: string): boolean {
  return watchers.isElsewhere(agentId) && presence.isHeardWithin(agentId, timing.suspectMs);
}

async function idleOf({ store }: Services, agent: Selectable<AgentRow>): Promise<IdleAgent> {
  const free = agent.slots - (await store.leases.live(agent.id)).length;
  return { id: agent.id, free, platforms: platformsOf(agent), offer: targetOffer(agent), kind: "" };
}
