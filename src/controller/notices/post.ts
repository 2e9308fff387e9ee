import { type LookupAddress, lookup } from "node:dns";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { AddressRules } from "./address-rules.ts";

const MOST_ANSWER_BYTES = 4096;

export interface Parcel {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface Terms {
  rules: AddressRules;
  /** For everything: the name's look-up, the connection, the answer. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Posts a body and answers the status. Follows no redirect, and reads little of the answer: its status says all. Rejects
 * with a sentence for people when there is no answer; the sentence holds no more of the address than its host.
 */
export async function post({ url, headers, body }: Parcel, { rules, timeoutMs, signal }: Terms): Promise<number> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const refusal = isIP(host) === 0 ? undefined : rules.whyNot(host);
  if (refusal) throw new Error(`Not sent: ${refusal}.`);
  const deadline = AbortSignal.timeout(timeoutMs);
  const options: RequestOptions = {
    method: "POST",
    headers: { ...headers, "content-length": `${Buffer.byteLength(body)}` },
    agent: false, // a connection of its own: what a receiver does to one delivery can't touch the next
    lookup: lookupWithin(rules),
    signal: AbortSignal.any([deadline, signal]),
  };
  try {
    return await exchange(target, options, body);
  } catch (error) {
    if (deadline.aborted) throw new Error(`There was no answer within ${timeoutMs / 1000} s.`, { cause: error });
    throw new Error(spoken(error as NodeJS.ErrnoException, target.host), { cause: error });
  }
}

function exchange(target: URL, options: RequestOptions, body: string): Promise<number> {
  const send = target.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(target, options, (response) => {
      sent.on("error", () => undefined); // the status is known: the rest of the answer doesn't matter
      void readSome(response).then(() => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Reads until the answer ends, breaks off, or is long enough; then closes the connection. */
function readSome(response: IncomingMessage): Promise<void> {
  let length = 0;
  return new Promise((resolve) => {
    response.on("data", (bytes: Buffer) => {
      length += bytes.length;
      if (length > MOST_ANSWER_BYTES) response.destroy();
    });
    response.on("error", () => undefined);
    response.on("close", resolve);
  });
}

/** Looks a name up and keeps the addresses that are allowed: what is connected to is what was checked. */
function lookupWithin(rules: AddressRules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => rules.whyNot(address) === undefined);
      const [first] = allowed;
      if (!first) return callback(new Forbidden(rules, found), []);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

class Forbidden extends Error {
  constructor(rules: AddressRules, found: readonly LookupAddress[]) {
    super(found.map(({ address }) => rules.whyNot(address)).join("; "));
  }
}

function spoken(error: NodeJS.ErrnoException, host: string): string {
  if (error instanceof Forbidden) return `Not sent: ${error.message}.`;
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name of the host ${host} could not be looked up (${error.code}).`;
    case "ECONNREFUSED":
      return `Nothing listens at ${host}.`;
    case "ECONNRESET":
    case "EPIPE":
      return `${host} closed the connection without an answer.`;
    default:
      return `${host}: ${error.message}`;
  }
}
