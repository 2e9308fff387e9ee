import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { principalOf, requireOperator } from "../authenticate.ts";

/** The key that encrypts what rests in the store. */
export function keyRoutes(api: FastifyInstance, services: Services): void {
  api.post("/keys/rotate", async (request) => {
    const principal = principalOf(request);
    requireOperator(principal);
    return services.keys.rotate({ actor: principal.name, why: "asked for" });
  });
}
