import type { IncomingMessage, ServerResponse } from "node:http";
import { type Socket, Server as TcpServer } from "node:net";
import type { FastifyInstance } from "fastify";
import { wait } from "../../base/time/wait.ts";

/** Those who connected shortly before the end get so long to say what they want. */
const ARRIVING_MS = 1_000;
/** An answer that was begun gets so long, a large download too. */
const ANSWERING_MS = 20_000;
const LOOK_MS = 20;

/**
 * Closing this server cuts off no answer: it takes no new connections, answers what was asked, and then closes. Clients
 * that ask again and again die at one reset connection (Ionic CLIs before 6.11 do). Where the listening socket outlives the
 * process, new connections wait in it for the next controller. Streams without an end, which their readers take up again,
 * are not waited for.
 */
export function closeGently(server: FastifyInstance): void {
  const requests = new OpenRequests(server);
  server.addHook("preClose", async () => {
    TcpServer.prototype.close.call(server.server); // only stops listening; http's own close also ends idle connections
    const began = performance.now();
    const since = () => performance.now() - began;
    while ((requests.someArriving() && since() < ARRIVING_MS) || (requests.someOwed() && since() < ANSWERING_MS)) {
      await wait(LOOK_MS);
    }
  });
}

/** The connections of a server that have asked nothing yet, and the requests that have no answer yet. */
class OpenRequests {
  private readonly silent = new Set<Socket>();
  private readonly open = new Map<ServerResponse, IncomingMessage>();

  constructor({ server }: FastifyInstance) {
    server.on("connection", (socket: Socket) => {
      this.silent.add(socket);
      socket.once("close", () => this.silent.delete(socket));
    });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.silent.delete(request.socket);
      this.open.set(response, request);
      response.once("close", () => this.open.delete(response));
    });
  }

  someArriving(): boolean {
    return this.silent.size > 0 || [...this.open.values()].some((request) => !request.complete);
  }

  /** Answers that follow something have no end. They are told by the header that lets proxies pass each byte on. */
  someOwed(): boolean {
    return [...this.open].some(
      ([response, request]) =>
        request.complete && response.getHeader("x-accel-buffering") !== "no" && !response.writableFinished,
    );
  }
}
