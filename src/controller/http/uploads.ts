import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { ArtifactBook } from "../artifacts/artifact-book.ts";
import type { UploadClaims } from "../secrets/tokens.ts";
import type { Services } from "../services.ts";
import { told } from "./openapi/told.ts";

/** Where agents put the parts of artifacts. The address is signed for one part under one fence. */
export function uploadRoutes(server: FastifyInstance, services: Services, artifacts: ArtifactBook): void {
  void server.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser("*", (_request, _payload, done) => done(null)); // the body is read as a stream below
    uploads.put<{ Params: { token: string } }>(
      "/uploads/:token",
      told("A part of a file, from the agent to whom the address was given", {
        bodyType: "application/octet-stream",
        body: z.string(),
        status: 204,
        access: "anyone",
      }),
      async (request, reply) => {
        const claims = services.signer.verify<UploadClaims>(request.params.token, services.clock.now());
        if (claims?.use !== "upload")
          throw errorOf("UNAUTHENTICATED", { reason: "The address has expired or is not ours." });
        if (!(await artifacts.mayUpload(claims)))
          throw errorOf("STALE_LEASE", { reason: "Another attempt holds the build." });
        await writePart(services, claims, request.raw);
        const holder = { leaseId: claims.lease, fence: claims.fence };
        await services.store.artifacts.partDone(holder, claims.artifact, claims.part);
        return reply.code(204).send();
      },
    );
  });
}

async function writePart(services: Services, claims: UploadClaims, body: Readable): Promise<void> {
  const place = { number: claims.part, offset: claims.offset, size: claims.size };
  try {
    await services.blobs.intake.writePart(claims.artifact, place, body);
  } catch (cause) {
    if (cause instanceof MillwrightError) throw cause;
    throw errorOf(
      "MESSAGE_REFUSED",
      { reason: `The part did not arrive whole: ${(cause as Error).message}.` },
      { cause },
    );
  }
}
