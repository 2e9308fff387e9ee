import { errorOf } from "../../base/errors/millwright-error.ts";
import { formatDuration } from "../../base/units.ts";
import { ASSERTION_AUDIENCE, isSignedBy, readAssertion } from "../../protocol/key-assertion.ts";
import { revoked } from "../agents/key-state.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";

const SKEW_MS = 60_000;
const MOST_ASSERTION_MS = 300_000;

/**
 * The agent's key that signed this assertion, which is taken once. One that was announced becomes the agent's only one by
 * it. Throws UNAUTHENTICATED, CLOCK_WRONG, AGENT_REFUSED, AGENT_REVOKED, AGENT_KEY_REPLACED.
 */
export async function shownKey(services: Services, assertion: string): Promise<AgentKey> {
  const { clock, store, logger } = services;
  const said = readAssertion(assertion);
  if (!said || said.sub !== said.iss || said.aud !== ASSERTION_AUDIENCE) {
    throw errorOf("UNAUTHENTICATED", { reason: "What it shows is no assertion for this controller." });
  }
  const key = await store.agentKeys.find(said.iss);
  const announcing = key ? undefined : await store.agentKeys.announcing(said.iss);
  const publicKey = key?.public_key ?? announcing?.next_public_key;
  if (!publicKey || !isSignedBy(assertion, Buffer.from(publicKey, "base64"))) {
    if (await store.agentKeys.isFormer(said.iss)) throw errorOf("AGENT_KEY_REPLACED");
    throw errorOf("AGENT_REFUSED", { reason: "The controller doesn't know its key." });
  }
  const agent = key ?? announcing;
  if (agent && agent.revoked_at !== null) throw revoked(agent);
  const now = clock.now();
  const [from, to] = [said.iat * 1000, said.exp * 1000];
  agreeOnTime(from - now, from > now ? SKEW_MS : MOST_ASSERTION_MS + SKEW_MS);
  if (to - from > MOST_ASSERTION_MS || to < now - SKEW_MS) {
    throw errorOf("UNAUTHENTICATED", { reason: "The assertion has expired, or is good for too long." });
  }
  if (!(await store.agentKeys.takeAssertion(said.iss, { jti: said.jti, expiresAt: to + SKEW_MS }, now))) {
    throw errorOf("UNAUTHENTICATED", { reason: "The assertion was shown before." });
  }
  if (key) return key;
  const fresh = await store.agentKeys.replace(said.iss, now);
  if (fresh?.thumbprint === said.iss) {
    logger.info({ agent: fresh.name }, "the key of an agent was replaced");
    return fresh;
  }
  throw errorOf("UNAUTHENTICATED", {
    reason: "The new key can't take the place of the old one now: is it in quarantine?",
  });
}

/** Throws CLOCK_WRONG when the other clock is further away than that. */
export function agreeOnTime(aheadMs: number, mostMs: number): void {
  if (Math.abs(aheadMs) <= mostMs) return;
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  throw errorOf("CLOCK_WRONG", { difference: formatDuration(Math.abs(aheadMs)), direction });
}
