import type { IncomingMessage } from "node:http";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { formatSize } from "../../../base/units.ts";

/** Reads a whole body. Throws REQUEST_INVALID for one that is too large, BODY_TOO_SLOW for one that takes too long. */
export function readBody(request: IncomingMessage, mostBytes: number, mostMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const end = (error?: Error) => {
      clearTimeout(timer);
      request.off("data", take).off("end", end).off("close", cut);
      if (error) reject(error);
      else resolve(Buffer.concat(parts));
    };
    const take = (bytes: Buffer) => {
      size += bytes.length;
      if (size > mostBytes) end(tooLarge(mostBytes));
      else parts.push(bytes);
    };
    const cut = () => end(errorOf("REQUEST_INVALID", { reason: "Its body broke off." }));
    const timer = setTimeout(() => end(errorOf("BODY_TOO_SLOW", { seconds: Math.round(mostMs / 1000) })), mostMs);
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) return end(tooLarge(mostBytes));
    request
      .on("data", take)
      .once("end", () => end())
      .once("close", cut)
      .on("error", () => {});
  });
}

function tooLarge(mostBytes: number): Error {
  return errorOf("REQUEST_INVALID", { reason: `Its body is larger than ${formatSize(mostBytes)}.` });
}
