import type { FastifyInstance } from "fastify";

/** No browser or proxy keeps an answer of these routes, or takes it for something else than it says. A route may say otherwise. */
export function keepAnswersPrivate(api: FastifyInstance): void {
  api.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  });
}
