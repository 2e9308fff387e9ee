import type { AgentKeyState } from "../../protocol/agent-api.ts";
import type { AgentKey } from "../store/agent-key-store.ts";

/** What people are told about the key of an agent. */
export function keyState(key: AgentKey): AgentKeyState {
  const { last_used_at: lastUsed, revoked_at: revoked, quarantined_at: since } = key;
  const other = key.other_machine_id ?? key.machine_id;
  return {
    joinedAt: iso(key.joined_at),
    hostname: key.hostname,
    ...(lastUsed === null ? {} : { lastUsedAt: iso(lastUsed) }),
    ...(revoked === null ? {} : { revoked: { at: iso(revoked), by: key.revoked_by ?? "" } }),
    ...(since === null || revoked !== null
      ? {}
      : { quarantined: { since: iso(since), machines: [...new Set([key.machine_id, other])] } }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
