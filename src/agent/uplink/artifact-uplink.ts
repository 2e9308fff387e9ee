import { createReadStream } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SecureContext } from "node:tls";
import PQueue from "p-queue";
import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import type { CreateArtifactResponse_Part as Part } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { CollectedArtifact } from "../../protocol/job-folder/result.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { type ControllerClient, call } from "../connection/controller-client.ts";
import { isStale } from "../connection/refusals.ts";

const AT_ONCE = 3;
/** Read at once: Node's 64 KiB are four times the calls. */
const READ_BYTES = 256 * 2 ** 10;
const COMMIT_MS = 120_000;
/** A connection that moves no byte for so long is given up; the part is sent again. */
const IDLE_MS = 30_000;

export interface ArtifactUplinkOptions {
  client: () => ControllerClient;
  lease: LeaseRef;
  jobToken: string;
  folder: string;
  signal: AbortSignal;
  /** Whom to believe at an address of HTTPS, besides the public CAs. */
  uploadContext?: SecureContext | undefined;
  onRetry?: () => void;
}

/**
 * Sends one file and answers its id once the controller has stored it. Goes on from the parts that arrived, whatever broke.
 * Rejects when the lease is stale or `signal` aborts.
 */
export async function sendArtifact(artifact: CollectedArtifact, options: ArtifactUplinkOptions): Promise<string> {
  const backoff = new Backoff(500, 10_000);
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await tryOnce(artifact, options);
    } catch (error) {
      if (isStale(error) || options.signal.aborted) throw error;
      options.onRetry?.();
      await wait(backoff.next(), options.signal);
    }
  }
}

async function tryOnce(artifact: CollectedArtifact, options: ArtifactUplinkOptions): Promise<string> {
  const { lease, jobToken, folder } = options;
  const client = options.client().artifact;
  const { name, kind, size } = artifact;
  const declaration = { lease, name, kind, size, metadata: JSON.stringify(artifact.metadata) };
  const sha256 = Buffer.from(artifact.sha256, "hex");
  const created = await call(client.create.bind(client), { ...declaration, sha256 }, jobToken);
  if (created.complete) return created.artifactId;
  const queue = new PQueue({ concurrency: AT_ONCE });
  await queue.addAll(created.parts.map((part) => () => putPart(join(folder, name), part, options)));
  const request = { lease, artifactId: created.artifactId };
  const stored = await call(client.commit.bind(client), request, jobToken, COMMIT_MS);
  if (!stored.complete) throw new Error(`the controller misses parts ${stored.missing.join(", ")}`);
  return created.artifactId;
}

async function putPart(file: string, part: Part, options: ArtifactUplinkOptions): Promise<void> {
  const { signal, uploadContext: secureContext } = options;
  const send = part.url.startsWith("https:") ? httpsRequest : httpRequest;
  const request = send(part.url, {
    method: "PUT",
    headers: { "content-length": part.size, "content-type": "application/octet-stream" },
    signal,
    ...(secureContext ? { secureContext } : {}),
  });
  request.setTimeout(IDLE_MS, () => request.destroy(new Error("the upload stands still")));
  const answered = new Promise<number>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  answered.catch(() => {}); // the pipeline below rejects with the same error first
  if (part.size === 0) request.end();
  else {
    const range = { start: part.offset, end: part.offset + part.size - 1 };
    await pipeline(createReadStream(file, { ...range, highWaterMark: READ_BYTES }), request);
  }
  const status = await answered;
  if (status < 200 || status > 299) throw new Error(`the upload was answered with ${status}`);
}
