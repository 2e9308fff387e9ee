import { createConnection } from "node:net";
import { wait } from "../base/time/wait.ts";
import type { MaterialName, MaterialReply } from "./material.ts";

/** One line of JSON each way on the daemon's unix socket. */
export interface MaterialRequest {
  leaseId: string;
  key: string;
  name: MaterialName;
  /** The id of the step that asks; older supervisors don't tell it. */
  step?: string;
}

export type MaterialAnswer = { ok: true; reply: MaterialReply } | { ok: false; reason: string; final: boolean };

/**
 * Asks the daemon for material, again and again while it is away (it may be restarting). Rejects when the answer is a
 * final no, or when `signal` aborts. `onWaiting` is called once when the first try failed.
 */
export async function requestMaterial<N extends MaterialName>(
  socketPath: string,
  request: MaterialRequest & { name: N },
  signal: AbortSignal,
  onWaiting: () => void = () => {},
): Promise<MaterialReply<N>> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    const answer = await askOnce(socketPath, request).catch(() => undefined);
    if (answer?.ok) return answer.reply as MaterialReply<N>;
    if (answer?.final) throw new Error(answer.reason);
    if (tries === 0) onWaiting();
    await wait(1000, signal);
  }
  throw new Error("canceled");
}

function askOnce(socketPath: string, request: MaterialRequest): Promise<MaterialAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    socket.setTimeout(30_000, () => socket.destroy(new Error("no answer within 30 s")));
    const parts: Buffer[] = [];
    socket.on("data", (bytes) => parts.push(bytes));
    socket.on("error", reject);
    socket.on("end", () => {
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString()) as MaterialAnswer);
      } catch (error) {
        reject(error as Error);
      }
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
