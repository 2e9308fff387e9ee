import { type ServiceError, status } from "@grpc/grpc-js";
import type { Failure } from "../../base/errors/millwright-error.ts";

const FAILURE_KEY = "millwright-failure-bin";
const FINAL = new Set(["AGENT_REFUSED", "AGENT_REVOKED", "AGENT_KEY_REPLACED", "VERSION_REFUSED"]);

/** The failure that the controller sent with a refusal; undefined when the call failed on its way. */
export function refusalOf(error: unknown): Failure | undefined {
  const sent = (error as ServiceError).metadata?.get(FAILURE_KEY)[0];
  return Buffer.isBuffer(sent) ? (JSON.parse(sent.toString()) as Failure) : undefined;
}

/** The lease is over for this agent: another attempt holds the build, or it has ended. */
export function isStale(error: unknown): boolean {
  return (error as ServiceError).code === status.FAILED_PRECONDITION && refusalOf(error)?.code === "STALE_LEASE";
}

/** The controller will say the same next time: the token is wrong, the key was revoked or replaced, or the versions don't fit. */
export function isFinal(error: unknown): boolean {
  return FINAL.has(refusalOf(error)?.code ?? "");
}

/** One line about any failed call, for the agent's log. */
export function reasonOf(error: unknown): string {
  const { details, message } = error as ServiceError;
  return details || message;
}
