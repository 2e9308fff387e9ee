import type { FastifyInstance } from "fastify";
import { explain } from "../../queue/explain.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { findBuild } from "./builds.ts";

/** Why a build isn't running. */
export function explainRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string } }>(
    "/builds/:id/explain",
    told("Why a build isn't running, and what would change it", { answer: "BuildExplanation" }),
    async (request) => explain(services, await findBuild(services, request)),
  );
}
