import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { assetRoutes } from "./assets.ts";
import { installPageRoutes } from "./install.ts";
import { pageSessionRoutes } from "./session.ts";
import { shellRoutes } from "./shell.ts";

/** The web page, signing in to it, and the page that offers files to phones. */
export function pageRoutes(server: FastifyInstance, services: Services): void {
  shellRoutes(server, services);
  assetRoutes(server, services);
  pageSessionRoutes(server, services);
  installPageRoutes(server, services);
}
