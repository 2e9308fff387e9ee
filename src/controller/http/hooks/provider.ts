import type { IncomingHttpHeaders } from "node:http";

/** A branch in a webhook: where it is now. */
export interface HookedBranch {
  branch: string;
  /** Empty when the branch was deleted. */
  sha: string;
  /** Empty when it is new or unknown. */
  before: string;
  /** The commit's message, or its beginning. */
  note: string;
  by: string;
}

/** What a webhook tells: pushes to branches, and what of it starts nothing, in words. */
export interface HookedEvent {
  /** A test of the connection by the git host. */
  ping?: true;
  branches: HookedBranch[];
  ignored: string[];
}

/** One kind of git host, with its own headers and shapes. */
export interface Provider {
  name: string;
  sends(headers: IncomingHttpHeaders): boolean;
  /** The proof that the sender knows the secret; undefined when there is none. */
  proof(headers: IncomingHttpHeaders): string | undefined;
  /** Whether the proof is right for these bytes. Takes the same time for every wrong proof. */
  verify(proof: string, body: Buffer, secret: string): boolean;
  /** The sender's own id of the delivery, the same when it is sent again. */
  delivery(headers: IncomingHttpHeaders): string | undefined;
  /** A test of the connection that the host may send without a proof. It is answered alike for every address. */
  isBareTest?(headers: IncomingHttpHeaders): boolean;
  /** Reads the payload. Throws a ZodError for one that isn't as the host documents it. */
  read(headers: IncomingHttpHeaders, payload: unknown): HookedEvent;
}

export const NOTHING: HookedEvent = { branches: [], ignored: [] };

/** The one value of a header. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === "" ? undefined : first;
}

/** Only zeros stand for a commit that isn't there. */
export function shaOrNone(sha: string): string {
  return /^0+$/.test(sha) ? "" : sha.toLowerCase();
}
