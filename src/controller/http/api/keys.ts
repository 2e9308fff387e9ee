import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { ADMIN } from "../authenticate.ts";

/** The key that encrypts what rests in the store. */
export function keyRoutes(api: FastifyInstance, services: Services): void {
  api.post("/keys/rotate", async () => services.keys.rotate({ actor: ADMIN, why: "asked for" }));
}
