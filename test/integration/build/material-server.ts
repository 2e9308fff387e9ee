import { createServer } from "node:net";
import { onTestFinished } from "vitest";
import type { MaterialName, MaterialReply } from "../../../src/protocol/material.ts";
import type { MaterialAnswer, MaterialRequest } from "../../../src/protocol/material-socket.ts";

export type Replies = { [N in MaterialName]?: MaterialReply<N> };

/** Answers requests for material as the daemon does; answers the list of what was asked for, as it grows. */
export async function serveMaterial(socketPath: string, key: string, replies: Replies): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {}); // a stopped job hangs up
    socket.on("data", (bytes) => {
      text += bytes.toString();
      if (!text.includes("\n")) return;
      const request = JSON.parse(text) as MaterialRequest;
      asked.push(request.name);
      const reply = replies[request.name];
      const answer: MaterialAnswer =
        reply && request.key === key ? { ok: true, reply } : { ok: false, reason: "there is none", final: true };
      socket.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return asked;
}
