import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import { notTold } from "../openapi/told.ts";
import { PAGE_HEADERS } from "./page-headers.ts";

/** Scripts and styles of the page. Their names hold their hash, so that browsers keep them for ever. */
export function assetRoutes(server: FastifyInstance, { pageFolder }: Services): void {
  void server.register(async (assets) => {
    await assets.register(fastifyStatic, {
      root: join(pageFolder, "assets"),
      serve: false,
      preCompressed: true,
      immutable: true,
      maxAge: "365d",
      index: false,
      suppressWarning: true,
    });
    assets.get<{ Params: { "*": string } }>("/assets/*", notTold("scripts and styles of the page"), (request, reply) =>
      reply.headers(PAGE_HEADERS).sendFile(request.params["*"]),
    );
  });
}
