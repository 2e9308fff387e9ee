import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import {
  type CompleteRequest,
  CompleteResponse_Disposition as Disposition,
} from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { JobResult } from "../../protocol/job-folder/result.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { type ControllerClient, call } from "../connection/controller-client.ts";
import { isStale, refusalOf } from "../connection/refusals.ts";

const COMPLETE_MS = 60_000;
/** A refusal may be a message that was damaged on its way; so many in a row are none. */
const MOST_REFUSALS = 5;

export interface CompletionOptions {
  client: () => ControllerClient;
  lease: LeaseRef;
  jobToken: string;
  signal: AbortSignal;
}

/**
 * Says how the job ended until the controller has recorded it, or says that the lease is over. Rejects when the controller
 * refuses it again and again: a log that lost bytes with the power of its host can't be proven any more.
 */
export async function sendCompletion(
  result: JobResult,
  artifactIds: string[],
  options: CompletionOptions,
): Promise<void> {
  const backoff = new Backoff(200, 10_000);
  const request = requestOf(result, artifactIds, options.lease);
  for (let refusals = 0; !options.signal.aborted; ) {
    try {
      const client = options.client().lease;
      const answer = await call(client.complete.bind(client), request, options.jobToken, COMPLETE_MS);
      if (isOver(answer.disposition)) return;
    } catch (error) {
      if (isStale(error)) return;
      if (refusalOf(error)?.code === "MESSAGE_REFUSED") refusals += 1;
      if (refusals >= MOST_REFUSALS) throw error;
    }
    await wait(backoff.next(), options.signal);
  }
}

function isOver(disposition: number): boolean {
  return (
    disposition === Disposition.DISPOSITION_RECORDED ||
    disposition === Disposition.DISPOSITION_ALREADY_RECORDED ||
    disposition === Disposition.DISPOSITION_STALE
  );
}

function requestOf(result: JobResult, artifactIds: string[], lease: LeaseRef): CompleteRequest {
  return {
    lease,
    outcome: result.outcome,
    failure: result.failure ? Buffer.from(JSON.stringify(result.failure)) : Buffer.alloc(0),
    startedAtMs: result.startedAtMs,
    finishedAtMs: result.finishedAtMs,
    logLength: result.logLength,
    logSha256: Buffer.from(result.logSha256, "hex"),
    logTruncated: result.logTruncated,
    artifactIds,
    lastEventSeq: result.lastEventSeq,
  };
}
