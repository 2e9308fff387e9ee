import type { Readable } from "node:stream";

const MOST_HEAD_BYTES = 64 * 1024;

/** The head of a CGI program's answer (RFC 3875, section 6). */
export interface CgiHead {
  status: number;
  headers: Record<string, string>;
}

/** Reads the head and leaves the body in the stream. Undefined when the stream ends before, or the head is none. */
export async function readCgiHead(stdout: Readable): Promise<CgiHead | undefined> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < MOST_HEAD_BYTES) {
    const more = (await nextBytes(stdout)) ?? undefined;
    if (!more) return undefined;
    bytes = Buffer.concat([bytes, more]);
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const rest = bytes.subarray(end + 4);
    if (rest.length > 0) stdout.unshift(rest);
    return headOf(bytes.subarray(0, end).toString("latin1"));
  }
  return undefined;
}

function nextBytes(stream: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      const bytes = stream.read() as Buffer | null;
      if (bytes === null && !stream.readableEnded && !stream.destroyed) return;
      for (const name of ["readable", "end", "close"]) stream.off(name, settle);
      stream.off("error", reject);
      resolve(bytes ?? undefined);
    };
    for (const name of ["readable", "end", "close"]) stream.on(name, settle);
    stream.once("error", reject);
    settle();
  });
}

function headOf(text: string): CgiHead {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split("\r\n")) {
    const [, name = "", value = ""] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else if (name !== "") headers[name] = value;
  }
  return { status: status >= 200 && status <= 599 ? status : 500, headers };
}
