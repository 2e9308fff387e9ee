import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { IonicAnswer, IonicMeta, IonicRefusal } from "../../../protocol/ionic-api.ts";
import { VERSION } from "../../../protocol/version.ts";

/** Below this a body isn't worth compressing. */
const SMALL = 1024;

const compress = promisify(gzip);

/** Wraps what handlers return: `{ data, meta }`. Pages say how many there are in all. */
export function wrapAnswers(api: FastifyInstance): void {
  api.addHook("preSerialization", async (request, reply, payload) => {
    if (payload instanceof Refusal) return payload.body;
    const meta = metaOf(request, reply);
    if (!(payload instanceof Page)) return { data: payload, meta } satisfies IonicAnswer<unknown>;
    return { data: payload.items, meta: { ...meta, total: payload.total } } satisfies IonicAnswer<unknown>;
  });
}

/** A page of a list. */
export class Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;

  constructor(items: readonly Item[], total: number) {
    this.items = items;
    this.total = total;
  }
}

/** Marks what is no `data`. */
class Refusal {
  readonly body: IonicRefusal;

  constructor(body: IonicRefusal) {
    this.body = body;
  }
}

/** Answers a failure the way the CLIs read it: they print the message, and nothing else. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  failure: Failure,
): FastifyReply {
  return reply.code(status).send(new Refusal(refusalOf(request, status, failure)));
}

/** The whole body of such an answer. */
export function refusalOf(request: FastifyRequest, status: number, failure: Failure): IonicRefusal {
  const error = { message: messageOf(failure), type: failure.code, link: failure.link ?? null };
  return { error, meta: { status, version: VERSION, request_id: request.id } };
}

/** What happened, why, and what to do next, on one line. */
export function messageOf({ what, why, next, detail }: Failure): string {
  return [what, why, detail ?? "", next]
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "")
    .map((text) => (/[.!?:)]$/.test(text) ? text : `${text}.`))
    .join(" ");
}

/** Logs are sent whole at each poll: compressed for those who take it, and all Ionic CLIs do. */
export function compressAnswers(api: FastifyInstance): void {
  api.addHook("onSend", async (request, reply, payload) => {
    if (typeof payload !== "string" || payload.length < SMALL) return payload;
    void reply.header("vary", "accept-encoding");
    if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(request.headers["accept-encoding"] ?? "")) return payload;
    const body = await compress(payload, { level: constants.Z_BEST_SPEED });
    void reply.header("content-encoding", "gzip").header("content-length", body.length);
    return body;
  });
}

function metaOf(request: FastifyRequest, reply: FastifyReply): IonicMeta {
  return { status: reply.statusCode, version: VERSION, request_id: request.id };
}
