import type { Readable } from "node:stream";
import { MillwrightError } from "../../base/errors/millwright-error.ts";

/** A part of a file that an agent sends: whole, or not there. */
export interface PartPlace {
  /** From 1. */
  number: number;
  offset: number;
  size: number;
}

/**
 * Large things that are no rows of the store: artifacts by their SHA-256, logs by their attempt. A blob appears under its key
 * once it is whole, and then never changes. Where they are kept may be away for a while: everything here then throws
 * BLOBS_UNREACHABLE, nothing is lost, and the same call may be made again.
 */
export interface Blobs {
  /** Where they are, for people. */
  readonly place: string;
  /** It is reached over a network: who is in a hurry doesn't wait for it. */
  readonly isFar: boolean;
  /** Files on their way in, part by part. */
  readonly intake: Intake;
  /**
   * Stores these bytes under a key. They appear only when all are there and `isRight` says so then; answers whether they do.
   * Any number may write at the same time. Holds a few MiB of them in memory at most.
   */
  store(key: string, chunks: AsyncIterable<Buffer>, isRight: () => boolean): Promise<boolean>;
  has(key: string): Promise<boolean>;
  /** In bytes; undefined when there is none. */
  size(key: string): Promise<number | undefined>;
  /**
   * Bytes `start` up to and including `end`; undefined when there is none. What was opened stays readable when it is removed.
   */
  open(key: string, start: number, end: number): Promise<Readable | undefined>;
  /** Removes a blob; nothing when there is none. */
  remove(key: string): Promise<void>;
  /** All keys that begin with this, in any order. */
  keys(prefix: string): AsyncIterable<string>;
  /** An address at which this blob may be fetched without us; undefined when downloads go through the controller. */
  downloadAddress(key: string, fileName: string): Promise<string | undefined>;
}

/** The ways by which the parts of a file come in. An incoming file has a name, and all its parts are known beforehand. */
export interface Intake {
  /** Addresses for parts, good for `ttlMs`; undefined when they are sent to the controller, which then calls `writePart`. */
  addresses(incoming: string, parts: readonly PartPlace[], ttlMs: number): Promise<string[] | undefined>;
  /** The numbers of the parts that are there, as far as this place knows by itself; undefined when it doesn't. */
  arrived(incoming: string, parts: readonly PartPlace[]): Promise<number[] | undefined>;
  /** Writes one part; durable when it resolves. Rejects when the body isn't as long as the part. */
  writePart(incoming: string, part: PartPlace, body: Readable): Promise<void>;
  /** Turns an incoming file into the blob of its content. False when it doesn't have that size and SHA-256. */
  keep(incoming: string, parts: readonly PartPlace[], sha256: string): Promise<boolean>;
  /** Forgets what came in; nothing when there is none. */
  drop(incoming: string): Promise<void>;
  /** Forgets what began before that moment and which nobody goes on with; answers how many there were. */
  dropLeftovers(before: number): Promise<number>;
}

/** The key of an artifact's bytes. */
export function contentKey(sha256: string): string {
  return `content/${sha256.slice(0, 2)}/${sha256}`;
}

/** The SHA-256 that a key promises; undefined when it is no key of an artifact's bytes. */
export function contentOf(key: string): string | undefined {
  return /^content\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)?.[1];
}

/** The key of an attempt's whole log. */
export function logKey(leaseId: string): string {
  return `logs/${leaseId.slice(-2)}/${leaseId}`;
}

export function sizeOfParts(parts: readonly PartPlace[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0);
}

/** Whether it is the place of the blobs that failed, and not what was asked of it. */
export function isBlobsFault(error: unknown): error is MillwrightError {
  return error instanceof MillwrightError && error.code.startsWith("BLOBS_");
}
