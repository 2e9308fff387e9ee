import { errorOf } from "../../base/errors/millwright-error.ts";
import type { OpenSessionRequest } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";
import { isUnbound, sameMachine } from "./machine-mark.ts";

/**
 * Lets the host of a key open a session and no other. A copy shows itself by its hardware, or, where that is the same, by two
 * processes that take turns: a process that was replaced and is back, twice, still lives. Throws AGENT_QUARANTINED.
 */
export async function requireOwnHost(services: Services, key: AgentKey, request: OpenSessionRequest): Promise<void> {
  const { agentKeys } = services.store;
  const { machineId, processInstanceId: instance } = request;
  if (!sameMachine(key.machine_id, machineId)) {
    await agentKeys.quarantine(key, machineId, services.clock.now());
    throw quarantined(key, `It belongs to ${key.machine_id}, and ${machineId} shows it too: a copied disk?`);
  }
  const isBack = key.former_instance_id === instance && key.instance_id !== instance;
  const twin = key.quarantined_at !== null && key.other_machine_id === key.machine_id;
  if (isBack && key.other_machine_id === null) await agentKeys.suspect(key);
  else if (isBack) await agentKeys.quarantine(key, key.machine_id, services.clock.now());
  if (isBack || (twin && key.instance_id !== instance)) {
    throw quarantined(key, `Two agents with the mark ${machineId} take turns: a copied disk or work folder?`);
  }
  await agentKeys.opened(key, instance, isUnbound(key.machine_id) ? machineId : key.machine_id);
}

function quarantined(key: AgentKey, reason: string) {
  return errorOf("AGENT_QUARANTINED", { name: key.name, reason });
}
