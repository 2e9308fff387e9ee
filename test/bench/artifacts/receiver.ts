import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

/** A server of HTTP that writes what is put to it into a file. */
export interface Receiver {
  url: string;
  close(): Promise<void>;
}

/** `PUT /?to=FILE&hashed=true`: answers 204 once the file is synced to the disk. */
export async function receiverHere(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://receiver");
    keep(request, searchParams.get("to") ?? "", searchParams.get("hashed") === "true").then(
      () => response.writeHead(204).end(),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function keep(body: IncomingMessage, file: string, hashed: boolean): Promise<void> {
  const hash = createHash("sha256");
  if (hashed) body.on("data", (bytes: Buffer) => hash.update(bytes));
  await pipeline(body, createWriteStream(file, { flush: true }));
}

export async function forkReceiver(): Promise<Receiver> {
  const child = fork(fileURLToPath(new URL("./receiver-main.js", import.meta.url)));
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    close: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
