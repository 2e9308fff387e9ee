import type { FastifyInstance } from "fastify";
import type { Services } from "../services.ts";

/** For those who watch the controller: no token, and nothing that is worth one. */
export function healthRoutes(server: FastifyInstance, services: Services): void {
  server.get("/healthz", async () => ({ ok: true }));

  server.get("/readyz", async (_, reply) => {
    try {
      await services.store.apps.find("");
      return { ready: true };
    } catch (error) {
      return reply.code(503).send({ ready: false, reason: `the store doesn't answer: ${(error as Error).message}` });
    }
  });

  server.get("/metrics", async (_, reply) => {
    const { registry } = services.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
