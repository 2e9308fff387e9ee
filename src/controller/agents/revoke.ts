import { failureOf } from "../../base/errors/millwright-error.ts";
import type { LeaseBook } from "../queue/lease-book.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";
import { revoked } from "./key-state.ts";

/** No request waits for it. */
const CANNOT_BUILD = JSON.stringify({ platforms: [], toolchains: [], targetPlatforms: [] });

/**
 * Makes the key good for nothing, from the next call on. The agent's stream is cut, its leases end, and its builds are tried
 * again elsewhere.
 */
export async function revokeAgent(services: Services, leases: LeaseBook, key: AgentKey, actor: string): Promise<void> {
  const { store, presence, watchers, clock, logger } = services;
  await store.agentKeys.revoke(key, { actor, at: clock.now() });
  const fresh = (await store.agentKeys.find(key.thumbprint)) ?? key;
  watchers.cut(key.agent_id, revoked(fresh));
  await store.agents.update(key.agent_id, { state: "offline", reasons: "[]", capability: CANNOT_BUILD });
  presence.gone(key.agent_id);
  const reason = `The agent ${key.name} was revoked by ${fresh.revoked_by} while it ran the build.`;
  for (const lease of await store.leases.live(key.agent_id)) {
    await leases.lose(lease, failureOf("AGENT_REVOKED", { reason }));
  }
  logger.info({ agent: key.name, by: fresh.revoked_by }, "an agent was revoked");
}
