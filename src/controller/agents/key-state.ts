import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import type { AgentKeyState } from "../../protocol/agent-api.ts";
import type { AgentKey } from "../store/agent-key-store.ts";

/** What people are told about the key of an agent. */
export function keyState(key: AgentKey): AgentKeyState {
  const { last_used_at: lastUsed, revoked_at: revoked, quarantined_at: since } = key;
  const other = key.other_machine_id ?? key.machine_id;
  return {
    joinedAt: iso(key.joined_at),
    madeAt: iso(key.made_at ?? key.joined_at),
    ...(key.next_thumbprint === null ? {} : { replacing: true as const }),
    hostname: key.hostname,
    ...(lastUsed === null ? {} : { lastUsedAt: iso(lastUsed) }),
    ...(revoked === null ? {} : { revoked: { at: iso(revoked), by: key.revoked_by ?? "" } }),
    ...(since === null || revoked !== null
      ? {}
      : { quarantined: { since: iso(since), machines: [...new Set([key.machine_id, other])] } }),
  };
}

/** What the agent of a revoked key is told. */
export function revoked(key: AgentKey): MillwrightError {
  const at = new Date(key.revoked_at ?? 0).toISOString();
  return errorOf("AGENT_REVOKED", { reason: `${key.revoked_by ?? "An operator"} did so at ${at}.` });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
