import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ControllerMetrics } from "../metrics.ts";
import { isOpenStream } from "./streams.ts";

/**
 * Measures every request under the pattern of its route: addresses themselves would make a series each. Streams only until
 * they begin: how long somebody follows says nothing of how fast we answer.
 */
export function measureRequests(server: FastifyInstance, metrics: ControllerMetrics): void {
  const measure = (request: FastifyRequest, reply: FastifyReply) => {
    const route = request.routeOptions.url ?? "none";
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.requests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  };
  server.addHook("onSend", async (request, reply) => {
    if (isOpenStream(reply)) measure(request, reply);
  });
  server.addHook("onResponse", async (request, reply) => {
    if (!isOpenStream(reply)) measure(request, reply);
  });
}
