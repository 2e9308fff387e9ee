import { CHAIN_START, type ChainedEntry, type ChainPlace, hashOfEntry } from "./audit-chain.ts";

/** What is wrong at the first place where the chain doesn't hold. */
export type ChainFault = "changed" | "removed" | "inserted" | "reordered" | "replaced";

export interface ChainBreak {
  /** The number of the first entry that isn't right. */
  seq: number;
  fault: ChainFault;
  /** What was found, in a sentence. */
  found: string;
}

/** How far an entry that was moved is looked for. */
const NEAR = 1000;

/**
 * Follows a chain from one of its places on, page by page, and keeps only the last place. The first break ends it: what comes
 * behind can't be told.
 */
export class ChainCheck {
  /** The last entry that was right. */
  last: ChainPlace;
  /** When the first and the last of the entries that were right happened. */
  firstAt: number | undefined;
  lastAt: number | undefined;
  entries = 0;
  break: ChainBreak | undefined;
  private readonly known: Map<number, string>;

  /** `known` are places that were written down elsewhere: the chain must lead through them. */
  constructor(known: readonly ChainPlace[] = [], from: ChainPlace = CHAIN_START) {
    this.last = from;
    this.known = new Map();
    for (const { seq, hash } of known) if (!this.contradicts(seq, hash)) this.known.set(seq, hash);
  }

  /** Takes the next entries in the order of their numbers. False when the chain is broken. */
  take(page: readonly ChainedEntry[]): boolean {
    for (const entry of page) {
      if (this.break) return false;
      this.break = this.faultOf(entry, page) ?? this.notKnown(entry);
      if (this.break) return false;
      this.last = { seq: entry.seq, hash: entry.hash };
      this.entries += 1;
      this.firstAt ??= entry.at;
      this.lastAt = entry.at;
    }
    return this.break === undefined;
  }

  /** After the last page: what was known to be there must have come. False when the chain is broken. */
  end(): boolean {
    const { seq: reached } = this.last;
    const beyond = Math.max(0, ...this.known.keys());
    if (!this.break && beyond > reached) {
      const found = `the audit ends with entry ${reached}, and entry ${beyond} was there: ${spoken(reached + 1, beyond)} gone`;
      this.break = { seq: reached + 1, fault: "removed", found };
    }
    return this.break === undefined;
  }

  private faultOf(entry: ChainedEntry, page: readonly ChainedEntry[]): ChainBreak | undefined {
    const seq = this.last.seq + 1;
    if (entry.seq === seq && entry.prev === this.last.hash && hashOfEntry(entry) === entry.hash) return undefined;
    const own = numberOf(entry);
    const next = page.find((other) => other !== entry && this.fits({ ...other, seq }));
    if (next) {
      const found = `the entry that belongs here has the number ${next.seq}`;
      return { seq, fault: entry.seq === seq && own === undefined ? "inserted" : "reordered", found };
    }
    if (entry.seq > seq) return { seq, fault: "removed", found: `${spoken(seq, entry.seq - 1)} gone` };
    if (own !== undefined && own > seq) {
      return { seq, fault: "removed", found: `the entry here was number ${own}: what was before it is gone` };
    }
    if (own !== undefined && own < seq) {
      return { seq, fault: "inserted", found: `the entry here was number ${own}: one was put in before it` };
    }
    if (own === seq) {
      const found =
        "the entry fits itself, but doesn't follow the one before it: one of the two was put in or replaced";
      return { seq, fault: "replaced", found };
    }
    return { seq, fault: "changed", found: "what it says doesn't fit its hash" };
  }

  private fits(entry: ChainedEntry): boolean {
    return entry.prev === this.last.hash && hashOfEntry(entry) === entry.hash;
  }

  private notKnown({ seq, hash }: ChainedEntry): ChainBreak | undefined {
    const known = this.known.get(seq);
    if (known === undefined || known === hash) return undefined;
    const found = `its hash was ${known} when it was written down elsewhere, and is ${hash} now: it or one before it was replaced, and the chain made anew`;
    return { seq, fault: "replaced", found };
  }

  /** Two that were written down of the same entry and differ: one of them must be wrong. */
  private contradicts(seq: number, hash: string): boolean {
    const other = this.known.get(seq);
    if (other === undefined || other === hash) return false;
    this.break ??= { seq, fault: "replaced", found: `two hashes were written down of it: ${other} and ${hash}` };
    return true;
  }
}

/** The number that an entry had when its hash was made; undefined when it isn't near. */
function numberOf(entry: ChainedEntry): number | undefined {
  for (let away = 0; away <= NEAR; away += 1) {
    for (const seq of [entry.seq - away, entry.seq + away]) {
      if (seq > 0 && hashOfEntry({ ...entry, seq }) === entry.hash) return seq;
    }
  }
  return undefined;
}

function spoken(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}
