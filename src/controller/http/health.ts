import type { FastifyInstance } from "fastify";
import type { Services } from "../services.ts";
import { told } from "./openapi/told.ts";

/** For those who watch the controller: no token, and nothing that is worth one. */
export function healthRoutes(server: FastifyInstance, services: Services): void {
  server.get("/healthz", told("Whether the controller runs", { answer: "Health", access: "anyone" }), async () => ({
    ok: true,
  }));

  server.get(
    "/readyz",
    told("Whether the controller can work", { answer: "Readiness", also: [503], access: "anyone" }),
    async (_, reply) => {
      try {
        await services.store.apps.find("");
        return { ready: true };
      } catch (error) {
        return reply.code(503).send({ ready: false, reason: `the store doesn't answer: ${(error as Error).message}` });
      }
    },
  );

  server.get(
    "/metrics",
    told("Numbers for Prometheus", { answer: { type: "text/plain" }, access: "anyone" }),
    async (_, reply) => {
      const { registry } = services.metrics;
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
