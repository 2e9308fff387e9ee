import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { accountRoutes } from "./accounts.ts";
import { memberRoutes } from "./members.ts";
import { sessionRoutes } from "./session.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";

/** The routes of account-api.ts, but for the login itself. */
export function peopleRoutes(api: FastifyInstance, services: Services): void {
  sessionRoutes(api, services);
  userRoutes(api, services);
  accountRoutes(api, services);
  memberRoutes(api, services);
  tokenRoutes(api, services);
}
