import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { Wake } from "../../../base/time/wait.ts";
import { refuseRemovedLog } from "../../logs/removed-log.ts";
import { isTerminal } from "../../queue/states.ts";
import type { Services } from "../../services.ts";
import { told } from "../openapi/told.ts";
import { openStream, streamOf } from "../streams.ts";
import { validate } from "../validate.ts";
import { toDetails } from "./build-view.ts";
import { findBuild } from "./builds.ts";

const PIECE = 2 ** 18;
/** A follower that was not woken looks by itself: a lost nudge costs this long, not the truth. */
const LOOK_MS = 5_000;

export const LOG_QUERY = z
  .strictObject({
    from: z.coerce.number().int().min(0).default(0),
    most: z.coerce.number().int().min(1).optional(),
    follow: z.enum(["0", "1"]).default("0"),
  })
  .refine(({ most, follow }) => most === undefined || follow === "0", {
    path: ["most"],
    message: "it doesn't go together with follow=1",
  });

/** Following a build: its log as bytes, its state as JSON lines. */
export function followRoutes(api: FastifyInstance, services: Services): void {
  api.get<{ Params: { id: string } }>(
    "/builds/:id/log",
    told(
      "The log of a build, from a byte on and at most so many; with follow=1 it stays open until the build has ended",
      {
        query: LOG_QUERY,
        answer: { type: "text/plain" },
        file: true,
        stream: true,
      },
    ),
    async (request, reply) => {
      const build = await findBuild(services, request);
      const { from, most, follow } = validate(LOG_QUERY, request.query);
      refuseRemovedLog(build);
      await services.logReader.read(build.id, from, 1); // why it can't be read is said before anything is sent
      const stream =
        follow === "1"
          ? endedWhenGone((gone) => followLog(services, build.id, from, gone))
          : streamOf(partOfLog(services, build.id, from, most));
      return openStream(reply).type("text/plain; charset=utf-8").send(stream);
    },
  );

  api.get<{ Params: { id: string } }>(
    "/builds/:id/watch",
    told("A build as a line of JSON at once and after each change, until it has ended", {
      answer: { type: "application/x-ndjson" },
      stream: true,
    }),
    async (request, reply) => {
      const build = await findBuild(services, request);
      const stream = endedWhenGone((gone) => watchBuild(services, build.id, gone));
      return openStream(reply).type("application/x-ndjson").send(stream);
    },
  );
}

/** For sources that wait: one without news would look again and again for a reader who has long gone. */
function endedWhenGone(source: (gone: AbortSignal) => AsyncGenerator<Buffer>): Readable {
  const gone = new AbortController();
  return streamOf(source(gone.signal), () => gone.abort());
}

async function* partOfLog(
  services: Services,
  buildId: number,
  from: number,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  for (let at = from; at < from + most; ) {
    const bytes = await services.logReader.read(buildId, at, Math.min(PIECE, from + most - at));
    if (bytes.length === 0) return;
    at += bytes.length;
    yield bytes;
  }
}

async function* followLog(
  services: Services,
  buildId: number,
  from: number,
  gone: AbortSignal,
): AsyncGenerator<Buffer> {
  const wake = new Wake();
  gone.addEventListener("abort", () => wake.wake());
  const stops = [
    services.changes.onLog(buildId, () => wake.wake()),
    services.changes.onBuild(buildId, () => wake.wake()),
  ];
  try {
    for (let at = from; !gone.aborted; ) {
      const build = await services.store.builds.find(buildId); // before the read: what comes after its end can't be missed
      const bytes = await services.logReader.read(buildId, at, PIECE);
      at += bytes.length;
      if (bytes.length > 0) yield bytes;
      else if (!build || isTerminal(build.state)) return;
      else await wake.next(LOOK_MS);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

async function* watchBuild(services: Services, buildId: number, gone: AbortSignal): AsyncGenerator<Buffer> {
  const wake = new Wake();
  gone.addEventListener("abort", () => wake.wake());
  let waits = true;
  const asked = await services.store.builds.find(buildId);
  const stops = [
    services.changes.onBuild(buildId, () => wake.wake()),
    // While it waits, what happens to others of its account is news for it too.
    services.changes.onAccount(asked?.account_id ?? "", () => waits && wake.wake()),
  ];
  try {
    for (let last = ""; !gone.aborted; ) {
      const build = await services.store.builds.find(buildId);
      if (!build) return;
      const line = `${JSON.stringify(await toDetails(services, build))}\n`;
      if (line !== last) yield Buffer.from(line);
      if (isTerminal(build.state)) return;
      waits = build.state === "queued";
      last = line;
      await wake.next(LOOK_MS);
    }
  } finally {
    for (const stop of stops) stop();
  }
}
