import type { Metadata } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { sameSecret } from "../../base/same-secret.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { revoked } from "../agents/key-state.ts";
import type { AgentClaims, JobClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";
import type { AgentKey } from "../store/agent-key-store.ts";
import { type Call, requireCertificate } from "./client-certificate.ts";

/** Which agent calls: one with a key of its own, or any that has the token that agents share. */
export type AgentCaller =
  | {
      key: AgentKey;
      /** Its token is good till then, in milliseconds since 1970. */
      until: number;
    }
  | { key: undefined };

/**
 * Who calls. Throws AGENT_REFUSED for a shared token that is wrong or isn't taken, UNAUTHENTICATED for an access token that
 * has expired or whose key was replaced, AGENT_REVOKED when its key was: looked up at each call. And
 * CLIENT_CERTIFICATE_REFUSED.
 */
export async function requireAgent(services: Services, call: Call): Promise<AgentCaller> {
  const token = bearer(call.metadata);
  if (services.takesSharedToken && sameSecret(token, services.agentToken)) {
    requireCertificate(services, call, undefined);
    return { key: undefined };
  }
  if (!token.includes(".")) throw errorOf("AGENT_REFUSED", { reason: whyNotShared(services) });
  const claims = services.signer.verify<AgentClaims>(token, services.clock.now());
  if (claims?.use !== "agent") throw errorOf("UNAUTHENTICATED", { reason: "The access token has expired." });
  const key = await services.store.agentKeys.find(claims.key);
  if (!key && (await services.store.agentKeys.isFormer(claims.key))) {
    throw errorOf("UNAUTHENTICATED", { reason: "The access token belongs to a key that was replaced." });
  }
  if (!key) throw errorOf("AGENT_REFUSED", { reason: "The controller doesn't know its key." });
  if (key.revoked_at !== null) throw revoked(key);
  requireCertificate(services, call, key);
  return { key, until: claims.exp };
}

/** The caller's agent under this session; undefined when the session is void, or another agent's. */
export async function agentOfSession({ store }: Services, { key }: AgentCaller, sessionId: string) {
  const agent = await store.agents.findBySession(sessionId);
  if (!agent) return undefined;
  if (key) return agent.id === key.agent_id ? agent : undefined;
  return (await store.agentKeys.ofName(agent.name)) ? undefined : agent;
}

/**
 * Throws UNAUTHENTICATED unless the call carries the job token of exactly this lease and fence, and AGENT_REVOKED when the
 * agent that holds the lease was revoked. And CLIENT_CERTIFICATE_REFUSED.
 */
export async function requireJob(services: Services, call: Call, lease: LeaseRef | undefined): Promise<LeaseRef> {
  const ref = jobOf(services, call.metadata, lease);
  const key = await services.store.agentKeys.ofLease(ref.leaseId);
  if (key && key.revoked_at !== null) throw revoked(key);
  requireCertificate(services, call, key);
  return ref;
}

/** As `requireJob`, for a piece of a stream: what is written is checked against the fence anyhow. */
export function jobOf(services: Services, metadata: Metadata, lease: LeaseRef | undefined): LeaseRef {
  if (!lease) throw errorOf("MESSAGE_REFUSED", { reason: "The message names no lease." });
  const claims = services.signer.verify<JobClaims>(bearer(metadata), services.clock.now());
  if (claims?.use !== "job" || claims.lease !== lease.leaseId || claims.fence !== lease.fence) {
    throw errorOf("UNAUTHENTICATED", { reason: "The job token doesn't belong to this lease." });
  }
  return lease;
}

function whyNotShared({ takesSharedToken }: Services): string {
  if (takesSharedToken) return "Its token is not the one this controller gave out.";
  return "This controller takes no shared token: its agents join with an invitation (millwright agents invite).";
}

/** The token that a call carries; empty without one. */
export function bearer(metadata: Metadata): string {
  const value = String(metadata.get("authorization")[0] ?? "");
  return value.startsWith("Bearer ") ? value.slice(7) : "";
}
