import { type CallOptions, type ClientUnaryCall, type Interceptor, Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  AgentControlClient,
  ArtifactSinkClient,
  EnrollmentClient,
  LeaseClient,
  LogSinkClient,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { channelSecurity, PLAIN, type Trust } from "./trust.ts";

const CALL_MS = 10_000;
/** The largest answer is the material of an environment with all the files that it may have. */
const MOST_ANSWER_BYTES = 32 * 2 ** 20;

/** A method of a client that has one answer. */
export type Unary<Q, A> = (
  request: Q,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, answer: A) => void,
) => ClientUnaryCall;

/** The services of the controller on one connection. Every call has a deadline: a silent server can't hang it. */
export class ControllerClient {
  readonly enrollment: EnrollmentClient;
  readonly control: AgentControlClient;
  readonly lease: LeaseClient;
  readonly log: LogSinkClient;
  readonly artifact: ArtifactSinkClient;

  constructor(address: string, interceptors: Interceptor[] = [], trust: Trust = PLAIN) {
    const security = channelSecurity(address, trust);
    const options = {
      ...security.options,
      "grpc.keepalive_time_ms": 20_000,
      "grpc.keepalive_timeout_ms": 10_000,
      "grpc.keepalive_permit_without_calls": 1,
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_reconnect_backoff_ms": 5_000,
      "grpc.max_receive_message_length": MOST_ANSWER_BYTES,
      interceptors,
    };
    this.enrollment = new EnrollmentClient(address, security.credentials, options);
    this.control = new AgentControlClient(address, security.credentials, options);
    this.lease = new LeaseClient(address, security.credentials, options);
    this.log = new LogSinkClient(address, security.credentials, options);
    this.artifact = new ArtifactSinkClient(address, security.credentials, options);
  }

  close(): void {
    for (const client of [this.enrollment, this.control, this.lease, this.log, this.artifact]) client.close();
  }
}

/** Calls `client[method]` under a token; rejects with gRPC's own error, also after `deadlineMs`. */
export function call<Q, A>(method: Unary<Q, A>, request: Q, token: string, deadlineMs = CALL_MS): Promise<A> {
  return new Promise((resolve, reject) => {
    method(request, bearer(token), { deadline: Date.now() + deadlineMs }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

export function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}
