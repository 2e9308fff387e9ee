import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { PLATFORMS } from "../../../protocol/build-types.ts";
import { agentFits } from "../../queue/agent-fit.ts";
import { explain } from "../../queue/explain.ts";
import { needOfTarget } from "../../queue/target-choice.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { findBuild } from "./builds.ts";

export const FIT_QUERY = z.strictObject({
  platform: z.enum([...PLATFORMS, "web"]),
  /** The preferred one when left out, as for a build. */
  targetPlatform: z.preprocess((value) => (value === "" ? undefined : value), line(200).optional()),
});

/** Why a build isn't running, and which agents could take one. */
export function explainRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string } }>(
    "/builds/:id/explain",
    told("Why a build isn't running, and what would change it", { answer: "BuildExplanation" }),
    async (request) => explain(services, await findBuild(services, request)),
  );

  api.get(
    "/target-platforms/fit",
    told("Which agents could take a build for a target platform, and why the others can't", {
      query: FIT_QUERY,
      answer: "AgentFits",
    }),
    async (request) => {
      const { platform, targetPlatform } = validate(FIT_QUERY, request.query);
      const need = await needOfTarget(services, platform, targetPlatform);
      return { agents: await agentFits(services, need) };
    },
  );
}
