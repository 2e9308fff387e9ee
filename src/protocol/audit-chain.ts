import { createHash } from "node:crypto";

/**
 * An entry of the audit as its chain has it: numbered without gaps from 1, with the hash of the entry before it and its own.
 * Times are milliseconds since 1970; what an entry doesn't have is null.
 */
export interface ChainedEntry {
  seq: number;
  prev: string;
  hash: string;
  id: number;
  at: number;
  actor: string;
  action: string;
  kind: string;
  name: string;
  account: string | null;
  build: number | null;
  lease: string | null;
  attempt: number | null;
  step: string | null;
  detail: string;
}

/** A place in the chain. */
export interface ChainPlace {
  seq: number;
  hash: string;
}

/** A place that the controller keeps outside of its store. */
export interface ChainAnchor extends ChainPlace {
  /** When it was written down, in milliseconds since 1970. */
  at: number;
}

/** What `GET /audit/chain` answers. */
export interface ChainPage {
  entries: ChainedEntry[];
  /** Ask again with `after` of this. */
  next?: number;
  /** The last entry of the chain. */
  head?: ChainPlace;
  /** What the controller that answers has in its data folder. */
  anchor?: ChainAnchor;
  /** Entries that no number was given to yet. */
  unchained: Unchained;
}

export interface Unchained {
  count: number;
  /** Of the oldest, in milliseconds since 1970. */
  oldestAt?: number;
}

/** What stands before the first entry. */
export const CHAIN_START: ChainPlace = { seq: 0, hash: "0".repeat(64) };

const FORM = "millwright-audit-1";

/** SHA-256, hexadecimal, over the canonical form of an entry: a JSON array of its fields in this order, in UTF-8, without spaces. */
export function hashOfEntry(entry: Omit<ChainedEntry, "hash">): string {
  const { seq, prev, id, at, actor, action, kind, name, account, build, lease, attempt, step, detail } = entry;
  const fields = [FORM, seq, prev, id, at, actor, action, kind, name, account, build, lease, attempt, step, detail];
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
