import type { FastifyReply, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { contentKey } from "../blobs/blobs.ts";
import type { Services } from "../services.ts";
import type { ArtifactRow } from "../store/tables.ts";

/** Sends a stored artifact, or the range of it that was asked for. Throws ARTIFACT_REMOVED. */
export async function sendArtifact(
  services: Services,
  row: Selectable<ArtifactRow>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await refuseRemoved(services, row);
  const elsewhere = await services.blobs.downloadAddress(contentKey(row.sha256), row.name);
  if (elsewhere !== undefined) return reply.header("x-sha256", row.sha256).redirect(elsewhere, 302);
  const range = rangeOf(request.headers.range, row.size);
  const { start, end } = range ?? { start: 0, end: row.size - 1 };
  // Opened before anything is answered: a file that is removed from now on is still sent whole.
  const bytes = row.size === 0 ? Buffer.alloc(0) : await services.blobs.open(contentKey(row.sha256), start, end);
  if (bytes === undefined) {
    await refuseRemoved(services, row);
    throw new Error(`the bytes of artifact ${row.id} of build ${row.build_id} are not in the blob store`);
  }
  // Unquoted and last: old clients take everything behind the first `=` as the file's name.
  reply.header("content-disposition", `attachment; filename=${row.name}`);
  reply.header("x-sha256", row.sha256).header("accept-ranges", "bytes").type("application/octet-stream");
  if (range) reply.code(206).header("content-range", `bytes ${start}-${end}/${row.size}`);
  return reply.header("content-length", row.size === 0 ? 0 : end - start + 1).send(bytes);
}

/** Throws ARTIFACT_REMOVED for a file that was kept long enough. */
export async function refuseRemoved({ store }: Services, row: Selectable<ArtifactRow>): Promise<void> {
  const build = await store.builds.find(row.build_id);
  if (!build || build.artifacts_removed_at === null) return;
  const at = new Date(build.artifacts_removed_at).toISOString();
  throw errorOf("ARTIFACT_REMOVED", { name: row.name, build: build.id, at });
}

/** The one range of a Range header; undefined when there is none that can be met, which sends the whole file. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = Math.min(size - 1, match[2] ? Number(match[2]) : size - 1);
  return start <= end ? { start, end } : undefined;
}
