import type { Selectable } from "kysely";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { AgentRow } from "../store/tables.ts";

export function capabilityOf(agent: Selectable<AgentRow>): Capability {
  return JSON.parse(agent.capability) as Capability;
}

/** The platforms an agent can build for. */
export function platformsOf(agent: Selectable<AgentRow>): string[] {
  return capabilityOf(agent)
    .platforms.filter((support) => support.supported)
    .map((support) => support.platform);
}
