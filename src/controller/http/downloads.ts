import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { readDownload } from "../artifacts/download-links.ts";
import type { Services } from "../services.ts";
import { told } from "./openapi/told.ts";
import { sendArtifact } from "./send-artifact.ts";
import { validate } from "./validate.ts";

export const DOWNLOAD_PARAMS = z.strictObject({ token: z.string().min(1).max(4096) });

/** `GET /downloads/:token`: files at signed addresses, for clients that show no token of their own. */
export function downloadRoutes(server: FastifyInstance, services: Services): void {
  server.get<{ Params: { token: string } }>(
    "/downloads/:token",
    told("A file of a build, at an address that was signed", {
      answer: { type: "application/octet-stream" },
      also: [206, 302],
      access: "anyone",
    }),
    async (request, reply) => {
      const { token } = validate(DOWNLOAD_PARAMS, request.params);
      const claims = readDownload(services, token);
      if (claims === "expired") throw errorOf("DOWNLOAD_EXPIRED");
      const row = claims === "unknown" ? undefined : await services.store.artifacts.find(claims.artifact);
      if (!row?.stored) throw errorOf("DOWNLOAD_UNKNOWN");
      return sendArtifact(services, row, request, reply.header("cache-control", "private, no-store"));
    },
  );
}
