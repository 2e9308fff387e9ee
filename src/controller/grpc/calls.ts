import { type handleUnaryCall, Metadata, type ServerErrorResponse, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { MillwrightError, toFailure } from "../../base/errors/millwright-error.ts";
import type { LeaseRef as LeaseMessage } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Services } from "../services.ts";

/** The metadata entry that carries a Failure as JSON beside a gRPC status. */
export const FAILURE_KEY = "millwright-failure-bin";

const STATUS_OF_CODE: Record<string, status> = {
  STALE_LEASE: status.FAILED_PRECONDITION,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  AGENT_REFUSED: status.UNAUTHENTICATED,
  VERSION_REFUSED: status.FAILED_PRECONDITION,
  MESSAGE_REFUSED: status.INVALID_ARGUMENT,
  NOT_FOUND: status.NOT_FOUND,
  BLOBS_UNREACHABLE: status.UNAVAILABLE,
  STORE_UNREACHABLE: status.UNAVAILABLE,
  STORE_BUSY: status.UNAVAILABLE,
  AGENT_REVOKED: status.PERMISSION_DENIED,
  AGENT_QUARANTINED: status.PERMISSION_DENIED,
  AGENT_KEY_REPLACED: status.PERMISSION_DENIED,
  CLIENT_CERTIFICATE_REFUSED: status.PERMISSION_DENIED,
  INVITATION_UNKNOWN: status.PERMISSION_DENIED,
  INVITATION_EXPIRED: status.PERMISSION_DENIED,
  INVITATION_USED: status.PERMISSION_DENIED,
  INVITATION_NAME_FIXED: status.PERMISSION_DENIED,
  AGENT_NAME_TAKEN: status.ALREADY_EXISTS,
  CLOCK_WRONG: status.FAILED_PRECONDITION,
  JOIN_NEEDS_TLS: status.FAILED_PRECONDITION,
};

/** A unary call as a function from request to answer; what it throws becomes a status, counted and with its reason. */
export function unary<Q, A>(
  services: Services,
  name: string,
  handler: (request: Q, call: ServerUnaryCall<Q, A>) => Promise<A>,
): handleUnaryCall<Q, A> {
  return (call, callback) => {
    const measure = services.metrics.calls.startTimer({ method: name });
    handler(call.request, call).then(
      (answer) => {
        measure({ code: "OK" });
        callback(null, answer);
      },
      (error: unknown) => {
        const refusal = toStatus(services, name, error, leaseIn(call.request));
        measure({ code: status[refusal.code ?? status.UNKNOWN] ?? "UNKNOWN" });
        callback(refusal);
      },
    );
  };
}

/** The gRPC status of anything thrown. What isn't ours is logged, and told as INTERNAL. */
export function toStatus(
  services: Services,
  call: string,
  error: unknown,
  lease?: LeaseMessage,
): Partial<ServerErrorResponse> {
  const failure = toFailure(error);
  services.metrics.refusals.inc({ call, code: failure.code });
  if (!(error instanceof MillwrightError)) {
    const ids = lease ? { build: lease.buildId, lease: lease.leaseId } : {};
    services.logger.error({ err: error, call, ...ids }, "a call of an agent failed");
  }
  const metadata = new Metadata();
  metadata.set(FAILURE_KEY, Buffer.from(JSON.stringify(failure)));
  return { code: STATUS_OF_CODE[failure.code] ?? status.INTERNAL, details: `${failure.what} ${failure.why}`, metadata };
}

/** Most calls name the lease that they are about. */
function leaseIn(request: unknown): LeaseMessage | undefined {
  return (request as { lease?: LeaseMessage } | null)?.lease;
}
