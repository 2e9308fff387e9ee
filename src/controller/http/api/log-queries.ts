import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { refuseRemovedLog } from "../../logs/removed-log.ts";
import { searchLog } from "../../logs/search-log.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { findBuild } from "./builds.ts";

export const LOG_SEARCH_QUERY = z.strictObject({
  q: line(200),
  from: z.coerce.number().int().min(0).default(0),
  most: z.coerce.number().int().min(1).max(2_000).default(500),
});

/** Where things are in a log, for whoever shows only a part of it. */
export function logQueryRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string } }>(
    "/builds/:id/log/outline",
    told("Where lines and steps begin in the log of a build, and which line says why it failed", {
      answer: "LogOutline",
    }),
    async (request) => {
      const build = await findBuild(services, request);
      refuseRemovedLog(build);
      return services.logOutlines.of(build);
    },
  );

  api.get<{ Params: { id: string } }>(
    "/builds/:id/log/search",
    told("The lines of a build's log that hold a text, in any case; `next` says where to go on", {
      query: LOG_SEARCH_QUERY,
      answer: "LogMatches",
    }),
    async (request) => {
      const build = await findBuild(services, request);
      const query = validate(LOG_SEARCH_QUERY, request.query);
      refuseRemovedLog(build);
      return searchLog(services, build, query);
    },
  );
}
