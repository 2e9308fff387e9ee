import type { FastifyInstance } from "fastify";
import type { ControllerMetrics } from "../metrics.ts";

/** Measures every request under the pattern of its route: addresses themselves would make a series each. */
export function measureRequests(server: FastifyInstance, metrics: ControllerMetrics): void {
  server.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.requests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  });
}
