import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { sendArtifact } from "../send-artifact.ts";
import { findBuild } from "./builds.ts";

/** The files of builds that ended. */
export function artifactRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string; artifact: string } }>(
    "/builds/:id/artifacts/:artifact",
    told("A file of a build; Range is understood", {
      answer: { type: "application/octet-stream" },
      also: [206, 302],
      file: true,
    }),
    async (request, reply) => {
      const { row } = await findArtifact(services, request);
      return sendArtifact(services, row, request, reply);
    },
  );
}

/** The file that the path names, and its build. Throws NOT_FOUND, also for what the person may not read. */
export async function findArtifact(
  services: Services,
  request: FastifyRequest<{ Params: { id: string; artifact: string } }>,
) {
  const build = await findBuild(services, request);
  const { artifact } = request.params;
  const row = await services.store.artifacts.find(artifact);
  if (row && row.build_id === build.id && row.stored) return { build, row };
  throw errorOf("NOT_FOUND", { kind: "artifact", name: artifact, reason: `Build ${build.id} has none of that id.` });
}
