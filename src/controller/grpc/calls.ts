import { type handleUnaryCall, Metadata, type ServerErrorResponse, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { MillwrightError, toFailure } from "../../base/errors/millwright-error.ts";
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
};

/** A unary call as a function from request to answer; what it throws becomes a status, counted and with its reason. */
export function unary<Q, A>(
  services: Services,
  name: string,
  handler: (request: Q, call: ServerUnaryCall<Q, A>) => Promise<A>,
): handleUnaryCall<Q, A> {
  return (call, callback) => {
    handler(call.request, call).then(
      (answer) => callback(null, answer),
      (error: unknown) => callback(toStatus(services, name, error)),
    );
  };
}

/** The gRPC status of anything thrown. What isn't ours is logged, and told as INTERNAL. */
export function toStatus(services: Services, call: string, error: unknown): Partial<ServerErrorResponse> {
  const failure = toFailure(error);
  services.metrics.refusals.inc({ call, code: failure.code });
  if (!(error instanceof MillwrightError)) services.logger.error({ err: error, call }, "a call of an agent failed");
  const metadata = new Metadata();
  metadata.set(FAILURE_KEY, Buffer.from(JSON.stringify(failure)));
  return { code: STATUS_OF_CODE[failure.code] ?? status.INTERNAL, details: `${failure.what} ${failure.why}`, metadata };
}
