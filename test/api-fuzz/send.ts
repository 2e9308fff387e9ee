import { type Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { Planned } from "./plan.ts";

const MOST_MS = 10_000;
const STREAM_MS = 100;

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** It was closed by us: a stream without an end. */
  cut: boolean;
}

/** The answer; a text says why there is none. Never rejects. */
export function send(base: URL, agent: Agent, planned: Planned): Promise<Answer | string> {
  const { method, path, headers, body, operation } = planned;
  return new Promise((resolve) => {
    let answered = false;
    const length = body ? { "content-length": `${body.length}` } : {};
    const options = { host: base.hostname, port: base.port, agent, method, path, headers: { ...headers, ...length } };
    const out = request(options, (response) => {
      answered = true;
      const parts: Buffer[] = [];
      const end = (cut: boolean) => {
        clearTimeout(timer);
        clearTimeout(streamTimer);
        const bytes = Buffer.concat(parts);
        const text = response.headers["content-encoding"] === "gzip" && !cut ? gunzipSync(bytes) : bytes;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: text.toString(), cut });
        if (cut) out.destroy();
      };
      const streamTimer = operation.stream ? setTimeout(() => end(true), STREAM_MS) : undefined;
      response
        .on("data", (bytes: Buffer) => parts.push(bytes))
        .on("end", () => end(false))
        .on("error", (error) => resolve(`the answer broke off: ${error.message}`));
    });
    const timer = setTimeout(() => {
      resolve(`no ${answered ? "end of the answer" : "answer"} after ${MOST_MS} ms`);
      out.destroy();
    }, MOST_MS);
    out.on("error", (error) => {
      if (answered) return; // what wasn't read of a large body closes the connection behind the answer
      clearTimeout(timer);
      resolve(`no answer: ${error.message}`);
    });
    out.end(body);
  });
}
