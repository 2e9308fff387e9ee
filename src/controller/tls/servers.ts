import type { RequestListener, Server } from "node:http";
import { createServer } from "node:https";
import { ServerCredentials } from "@grpc/grpc-js";
import type { Identity } from "./certificate-source.ts";
import type { ControllerTls } from "./controller-tls.ts";

const OLDEST = "TLSv1.2";

/** The credentials of a gRPC server whose certificate can change while it serves; connections that are open go on. */
export class ChangingCredentials extends ServerCredentials {
  constructor(tls: ControllerTls) {
    super({ minVersion: OLDEST }, contextOf(tls.identity));
    tls.onChange((identity) => this.updateSecureContextOptions(contextOf(identity)));
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

function contextOf({ chain, key }: Identity) {
  return { cert: chain, key, minVersion: OLDEST } as const;
}
