import type { FastifyInstance } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { contentKey } from "../../blobs/folder-blobs.ts";
import type { Services } from "../../services.ts";
import { findBuild } from "./builds.ts";

/** The files of builds that ended. */
export function artifactRoutes(api: FastifyInstance, services: Services): void {
  const { store, blobs } = services;
  api.get<{ Params: { id: string; artifact: string } }>("/builds/:id/artifacts/:artifact", async (request, reply) => {
    const build = await findBuild(services, request);
    const row = await store.artifacts.find(request.params.artifact);
    if (!row || row.build_id !== build.id || !row.stored) {
      const reason = `Build ${build.id} has none of that id.`;
      throw errorOf("NOT_FOUND", { kind: "artifact", name: request.params.artifact, reason });
    }
    const range = rangeOf(request.headers.range, row.size);
    // Unquoted and last: old clients take everything behind the first `=` as the file's name.
    reply.header("content-disposition", `attachment; filename=${row.name}`);
    reply.header("x-sha256", row.sha256).header("accept-ranges", "bytes").type("application/octet-stream");
    if (row.size === 0) return reply.send(Buffer.alloc(0));
    const { start, end } = range ?? { start: 0, end: row.size - 1 };
    if (range) reply.code(206).header("content-range", `bytes ${start}-${end}/${row.size}`);
    return reply.header("content-length", end - start + 1).send(blobs.read(contentKey(row.sha256), start, end));
  });
}

/** The one range of a Range header; undefined when there is none that can be met, which sends the whole file. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Math.min(size - 1, match[2] ? Number(match[2]) : size - 1);
  return start <= end ? { start, end } : undefined;
}
