import type { Selectable } from "kysely";
import type { Capability } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { HostSystem } from "../../protocol/requirement.ts";
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

/** Undefined for one that no target platform asks for. */
export function systemOf(agent: Selectable<AgentRow>): HostSystem | undefined {
  const { os } = capabilityOf(agent);
  if (os === "darwin") return "macos";
  return os === "linux" ? "linux" : undefined;
}
