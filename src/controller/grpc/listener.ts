import { type AddressInfo, createServer, type Server } from "node:net";
import type { ConnectionInjector } from "@grpc/grpc-js";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { splitAddress } from "../listen.ts";

/** How many connections may wait to be taken; the system has its own most (`net.core.somaxconn`, 4,096 on Linux since 5.4). */
const WAITING = 4_096;

/**
 * Listens on `address` (host:port; port 0 takes a free one) and hands each connection to a gRPC server. grpc-js listens with
 * 511 waiting connections, Node's default: of thousands of agents that come back in one second most then wait for the
 * system to try again, which it does 1, 3, 7, 15 and 31 seconds later. Throws PORT_TAKEN.
 */
export function listenWide(address: string, injector: ConnectionInjector): Promise<{ server: Server; port: number }> {
  const server = createServer({ noDelay: true }, (socket) => injector.injectConnection(socket));
  return new Promise((resolve, reject) => {
    // Later errors are of single connections that could not be taken: whoever opened one tries again.
    server.on("error", (cause) => reject(errorOf("PORT_TAKEN", { address }, { cause })));
    server.listen({ ...splitAddress(address), backlog: WAITING }, () => {
      resolve({ server, port: (server.address() as AddressInfo).port });
    });
  });
}
