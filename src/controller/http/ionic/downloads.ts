import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { IONIC_ARTIFACT_TYPES, type IonicDownload } from "../../../protocol/ionic-api.ts";
import { signDownload } from "../../artifacts/download-links.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { filesOf } from "./build-view.ts";
import { findBuildOfApp } from "./builds.ts";
import { optional } from "./fields.ts";

/** The CLIs fetch at once. Who holds such an address needs no token. */
const GOOD_MS = 5 * 60_000;

export const DOWNLOAD_QUERY = z.object({ artifact_type: optional(z.string().max(40).toUpperCase()) });

/** Where a file of a build lies, for a short time. Without a type it is the file that is installed: what old CLIs know. */
export function downloadRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { app: string; build: string } }>(
    "/apps/:app/packages/:build/download",
    told("Where a file of a build lies, for a short time", { query: DOWNLOAD_QUERY, answer: "IonicAnswer" }),
    async (request): Promise<IonicDownload> => {
      const { artifact_type: type } = validate(DOWNLOAD_QUERY, request.query);
      const build = await findBuildOfApp(services, request);
      if (build.artifacts_removed_at !== null) {
        const at = new Date(build.artifacts_removed_at).toISOString();
        throw errorOf("ARTIFACT_REMOVED", { name: type ?? "", build: build.id, at });
      }
      const files = await filesOf(services, build);
      const wanted = type === undefined ? IONIC_ARTIFACT_TYPES : [type];
      const file = wanted.map((each) => files.find((one) => one.type === each)).find((one) => one !== undefined);
      return { url: file ? signDownload(services, file.id, GOOD_MS) : null };
    },
  );
}
