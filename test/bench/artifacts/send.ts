import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ControllerClient } from "../../../src/agent/connection/controller-client.ts";
import { uploadContext } from "../../../src/agent/connection/trust.ts";
import { sendArtifact } from "../../../src/agent/uplink/artifact-uplink.ts";
import { hashFile } from "../../../src/build/artifacts/hash-file.ts";
import type { Taken, Where } from "../one-agent.ts";

export type SendPlan =
  /** As the product does it. */
  | ({ how: "uplink"; folder: string; name: string } & Where & Taken)
  /** One request of HTTP. */
  | { how: "put"; url: string; file: string; hashed: boolean };

export interface Sent {
  /** Of the artifact. */
  id: string;
  /** MiB of memory that it took above what the process had before. */
  mib: number;
}

export async function send(plan: SendPlan): Promise<Sent> {
  const before = process.memoryUsage.rss();
  const id = plan.how === "put" ? await put(plan) : await uplink(plan);
  return { id, mib: Math.max(0, process.resourceUsage().maxRSS / 1024 - before / 2 ** 20) };
}

async function uplink({ folder, name, ...plan }: SendPlan & { how: "uplink" }): Promise<string> {
  const { address, trust, lease, jobToken } = plan;
  const client = new ControllerClient(address, [], trust);
  try {
    const proof = await hashFile(join(folder, name));
    const job = { client: () => client, lease, jobToken, folder };
    const options = { ...job, signal: new AbortController().signal, uploadContext: uploadContext(trust) };
    return await sendArtifact({ name, kind: "aab", ...proof, metadata: {} }, options);
  } finally {
    client.close();
  }
}

async function put({ url, file, hashed }: SendPlan & { how: "put" }): Promise<string> {
  const sending = request(url, { method: "PUT", headers: { "content-length": statSync(file).size } });
  const answered = new Promise<number>((resolve, reject) => {
    sending.on("error", reject);
    sending.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  answered.catch(() => {}); // the pipeline below rejects with the same error first
  const hash = createHash("sha256");
  const body = createReadStream(file);
  if (hashed) body.on("data", (bytes) => hash.update(bytes));
  await pipeline(body, sending);
  const status = await answered;
  if (status !== 204) throw new Error(`the upload was answered with ${status}`);
  return "";
}
