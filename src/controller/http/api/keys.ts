import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";

/** The key that encrypts what rests in the store. */
export function keyRoutes(api: FastifyInstance, services: Services): void {
  api.post(
    "/keys/rotate",
    told("Replaces the key that encrypts secrets; for operators", { answer: "KeyRotated" }),
    async (request) => {
      const principal = principalOf(request);
      requireOperator(principal);
      return services.keys.rotate({ actor: principal.name, why: "asked for" });
    },
  );
}
