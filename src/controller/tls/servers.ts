import type { RequestListener, Server } from "node:http";
import { createServer } from "node:https";
import { ServerCredentials } from "@grpc/grpc-js";
import type { Identity } from "./certificate-source.ts";
import type { ControllerTls } from "./controller-tls.ts";

const OLDEST = "TLSv1.2";

/** The credentials of a gRPC server whose certificate can change while it serves; connections that are open go on. */
export class ChangingCredentials extends ServerCredentials {
  constructor(tls: ControllerTls) {
    // One that isn't good isn't cut off: the call is refused, and the agent is told why. Joining needs none.
    super(
      { minVersion: OLDEST, requestCert: tls.clients !== undefined, rejectUnauthorized: false },
      agentsContext(tls),
    );
    tls.onChange(() => this.updateSecureContextOptions(agentsContext(tls)));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

/** Makes the HTTP side's server one of HTTPS; its certificate can change while it serves. */
export function httpsServer(tls: ControllerTls): (handler: RequestListener) => Server {
  return (handler) => {
    const server = createServer(contextOf(tls.identity), handler);
    tls.onChange((identity) => server.setSecureContext(contextOf(identity)));
    return server as unknown as Server; // fastify's types know one kind of server at a time
  };
}

function agentsContext({ identity, clients }: ControllerTls) {
  return { ...contextOf(identity), ...(clients ? { ca: clients.ca } : {}) };
}

function contextOf({ chain, key }: Identity) {
  return { cert: chain, key, minVersion: OLDEST } as const;
}
