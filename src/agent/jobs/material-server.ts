import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { sameSecret } from "../../base/same-secret.ts";
import type { MaterialReply, Materials } from "../../protocol/material.ts";
import type { MaterialAnswer, MaterialRequest } from "../../protocol/material-socket.ts";
import { type ControllerClient, call } from "../connection/controller-client.ts";
import { isFinal, isStale, reasonOf, refusalOf } from "../connection/refusals.ts";
import type { JournalEntry } from "./lease-journal.ts";

const MOST_REQUEST_BYTES = 4096;
/** Material may hold files of some MiB; less than what the supervisor waits for an answer. */
const FETCH_MS = 25_000;

/**
 * Answers supervisors that ask for secrets, on a unix socket that only this user can open: fetches them from the controller
 * under the job's token and passes them on. Nothing is kept.
 */
export class MaterialServer {
  private readonly server: Server;

  constructor(client: () => ControllerClient, find: (leaseId: string) => JournalEntry | undefined) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => socket.destroy()); // the supervisor went away; it asks again
      readRequest(socket)
        .then((request) => answer(request, client, find))
        .catch((): MaterialAnswer => ({ ok: false, reason: "the request is not understood", final: true }))
        .then((reply) => socket.end(JSON.stringify(reply)))
        .catch(() => socket.destroy());
    });
  }

  async listen(path: string): Promise<void> {
    rmSync(path, { force: true }); // left by a daemon that was killed; the work folder's lock says that it is gone
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(path, resolve);
    });
  }

  close(): void {
    this.server.close();
  }
}

function readRequest(socket: Socket): Promise<MaterialRequest> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.setTimeout(5_000, () => reject(new Error("no request within 5 s")));
    socket.on("data", (bytes) => {
      text += bytes.toString();
      if (text.length > MOST_REQUEST_BYTES) return reject(new Error("too long"));
      const end = text.indexOf("\n");
      if (end < 0) return;
      socket.setTimeout(0);
      try {
        resolve(JSON.parse(text.slice(0, end)) as MaterialRequest);
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

async function answer(
  request: MaterialRequest,
  client: () => ControllerClient,
  find: (leaseId: string) => JournalEntry | undefined,
): Promise<MaterialAnswer> {
  const entry = find(request.leaseId);
  if (!entry || !sameSecret(request.key, entry.materialKey)) {
    return { ok: false, reason: "this agent has no such job", final: true };
  }
  try {
    const lease = client().lease;
    const message = { lease: entry.lease, name: request.name, step: request.step ?? "" };
    const { material, mask } = await call(lease.getMaterial.bind(lease), message, entry.jobToken, FETCH_MS);
    const reply: MaterialReply = { material: JSON.parse(material.toString()) as Materials[keyof Materials], mask };
    return { ok: true, reply };
  } catch (error) {
    const final = isStale(error) || isFinal(error) || refusalOf(error) !== undefined;
    return { ok: false, reason: reasonOf(error), final };
  }
}
