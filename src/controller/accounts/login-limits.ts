import { isIPv6 } from "node:net";
import type { Clock } from "../../base/time/clock.ts";

/** How many wrong logins in a row cost nothing, and how long the wait after them may grow. */
export interface Limit {
  free: number;
  mostWaitMs: number;
}

interface Count {
  wrong: number;
  /** That the last one costs. */
  waitMs: number;
  /** On the monotonic clock. */
  blockedUntil: number;
  lastAt: number;
}

const FIRST_WAIT_MS = 1_000;
/** What was wrong so long ago is forgotten. */
const FORGET_MS = 3_600_000;
const MOST_KEYS = 20_000;

/**
 * Counts wrong logins by a key. After the free ones each doubles the wait for the next. Keeps a bounded number of keys: the
 * one that was quiet longest is forgotten first.
 */
export class LoginLimits {
  private readonly clock: Clock;
  private readonly limit: Limit;
  private readonly mostKeys: number;
  /** The key that was used last stands last. */
  private readonly counts = new Map<string, Count>();

  constructor(clock: Clock, limit: Limit, mostKeys = MOST_KEYS) {
    this.clock = clock;
    this.limit = limit;
    this.mostKeys = mostKeys;
  }

  get size(): number {
    return this.counts.size;
  }

  /** Milliseconds until the key may try again; 0: now. */
  waitMs(key: string): number {
    return Math.max(0, (this.counts.get(key)?.blockedUntil ?? 0) - this.clock.monotonic());
  }

  /** Counts an attempt as wrong before it is known, so that many at once don't slip through. */
  begin(key: string): void {
    const now = this.clock.monotonic();
    const before = this.counts.get(key);
    const wrong = (before && now - before.lastAt < FORGET_MS ? before.wrong : 0) + 1;
    const over = wrong - this.limit.free;
    const wait = over < 0 ? 0 : Math.min(this.limit.mostWaitMs, FIRST_WAIT_MS * 2 ** Math.min(over, 30));
    this.counts.delete(key);
    this.counts.set(key, { wrong, waitMs: wait, blockedUntil: now + wait, lastAt: now });
    for (const oldest of this.counts.keys()) {
      if (this.counts.size <= this.mostKeys) break;
      this.counts.delete(oldest);
    }
  }

  /** The attempt was wrong indeed. The wait begins now: looking into it may have taken long. */
  confirm(key: string): void {
    const count = this.counts.get(key);
    if (count) count.blockedUntil = this.clock.monotonic() + count.waitMs;
  }

  /** The attempt was right: it isn't counted. Those before it are. */
  takeBack(key: string): void {
    const count = this.counts.get(key);
    if (!count || count.wrong <= 1) this.counts.delete(key);
    else this.counts.set(key, { ...count, wrong: count.wrong - 1, blockedUntil: 0 });
  }

  /** The attempt was right, and proves that those before it were mistakes. */
  clear(key: string): void {
    this.counts.delete(key);
  }
}

/** Who has an IPv6 address has at least 2^64 of them: they count as one. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const parts = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - parts.length - rest.length;
  const all = [...parts, ...Array<string>(Math.max(0, zeros)).fill("0"), ...rest];
  return `${all
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":")}::/64`;
}
