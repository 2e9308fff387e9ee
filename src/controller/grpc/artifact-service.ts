import type { ArtifactSinkServer } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { ArtifactBook } from "../artifacts/artifact-book.ts";
import type { Services } from "../services.ts";
import { requireJob } from "./authenticate.ts";
import { unary } from "./calls.ts";

/** Declares artifacts and stores them; their bytes come by HTTP. */
export function artifactService(services: Services, artifacts: ArtifactBook): ArtifactSinkServer {
  return {
    create: unary(services, "CreateArtifact", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      const { name, kind, size, metadata } = request;
      const declaration = { name, kind, size, sha256: request.sha256.toString("hex"), metadata };
      const { id, complete, parts } = await artifacts.create(ref, declaration);
      return { artifactId: id, complete, parts };
    }),

    commit: unary(services, "CommitArtifact", async (request, call) => {
      const ref = await requireJob(services, call, request.lease);
      return artifacts.commit(ref, request.artifactId);
    }),
  };
}
