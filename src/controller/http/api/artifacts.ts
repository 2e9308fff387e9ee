import type { FastifyInstance } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { sendArtifact } from "../send-artifact.ts";
import { findBuild } from "./builds.ts";

/** The files of builds that ended. */
export function artifactRoutes(api: FastifyInstance, services: Services): void {
  const { store } = services;
  api.get<{ Params: { id: string; artifact: string } }>(
    "/builds/:id/artifacts/:artifact",
    told("A file of a build; Range is understood", { answer: { type: "application/octet-stream" }, also: [206, 302] }),
    async (request, reply) => {
      const build = await findBuild(services, request);
      const row = await store.artifacts.find(request.params.artifact);
      if (!row || row.build_id !== build.id || !row.stored) {
        const reason = `Build ${build.id} has none of that id.`;
        throw errorOf("NOT_FOUND", { kind: "artifact", name: request.params.artifact, reason });
      }
      return sendArtifact(services, row, request, reply);
    },
  );
}
