import { PassThrough, type Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/** Sends the headers before the first byte is there, and tells proxies to pass each byte on: a queued build may be silent long. */
export function openStream(reply: FastifyReply): FastifyReply {
  reply.raw.once("pipe", () => reply.raw.flushHeaders());
  return reply.header("x-accel-buffering", "no");
}

/** Whether the answer is one of `openStream`. */
export function isOpenStream(reply: FastifyReply): boolean {
  return reply.getHeader("x-accel-buffering") === "no";
}

/** A stream that stops its source when the reader goes away; `whenGone` is called then, also while the source waits. */
export function streamOf(source: AsyncGenerator<Buffer>, whenGone: () => void = () => {}): Readable {
  const out = new PassThrough();
  out.once("close", whenGone);
  const pump = async () => {
    for await (const bytes of source) {
      if (out.destroyed) return;
      if (!out.write(bytes)) {
        await untilDrained(out);
      }
    }
    out.end();
  };
  pump().catch((error: Error) => out.destroy(error));
  return out;
}

/** Also when the reader goes away. */
function untilDrained(out: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      out.off("drain", done).off("close", done);
      resolve();
    };
    out.on("drain", done).on("close", done);
  });
}
