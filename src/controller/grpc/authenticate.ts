import type { Metadata } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { sameSecret } from "../../base/same-secret.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import type { JobClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";

/** Throws AGENT_REFUSED unless the call carries the agents' token. */
export function requireAgent(services: Services, metadata: Metadata): void {
  if (!sameSecret(bearer(metadata), services.agentToken)) {
    throw errorOf("AGENT_REFUSED", { reason: "Its token is not the one this controller gave out." });
  }
}

/** Throws UNAUTHENTICATED unless the call carries the job token of exactly this lease and fence. */
export function requireJob(services: Services, metadata: Metadata, lease: LeaseRef | undefined): LeaseRef {
  if (!lease) throw errorOf("MESSAGE_REFUSED", { reason: "The message names no lease." });
  const claims = services.signer.verify<JobClaims>(bearer(metadata), services.clock.now());
  if (claims?.use !== "job" || claims.lease !== lease.leaseId || claims.fence !== lease.fence) {
    throw errorOf("UNAUTHENTICATED", { reason: "The job token doesn't belong to this lease." });
  }
  return lease;
}

function bearer(metadata: Metadata): string {
  const value = String(metadata.get("authorization")[0] ?? "");
  return value.startsWith("Bearer ") ? value.slice(7) : "";
}
