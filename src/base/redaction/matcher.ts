/** A matched or held stretch of bytes: from `start` up to, not including, `end`. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Finds many byte strings at once, by Wu and Manber's method: a table says for each pair of bytes how far the window may
 * jump, so that most bytes of a log are never looked at.
 */
export class Matcher {
  private readonly needles: Buffer[];
  private readonly window: number;
  private readonly shift = new Uint16Array(65536);
  private readonly bySuffix = new Map<number, Buffer[]>();
  private readonly byPrefix = new Map<number, Buffer[]>();
  readonly longest: number;

  /** `needles` have at least two bytes each. */
  constructor(needles: readonly Buffer[]) {
    this.needles = unique(needles);
    this.longest = Math.max(0, ...this.needles.map((needle) => needle.length));
    this.window = Math.min(32, ...this.needles.map((needle) => needle.length));
    this.shift.fill(Math.max(1, this.window - 1));
    for (const needle of this.needles) {
      for (let i = 1; i < this.window; i += 1) {
        const pair = pairAt(needle, i);
        this.shift[pair] = Math.min(this.shift[pair] ?? 0, this.window - 1 - i);
      }
      push(this.bySuffix, pairAt(needle, this.window - 1), needle);
      push(this.byPrefix, pairAt(needle, 1), needle);
    }
  }

  get isEmpty(): boolean {
    return this.needles.length === 0;
  }

  /** All matches, overlapping ones merged, in order. */
  find(bytes: Buffer): Stretch[] {
    const found: Stretch[] = [];
    if (this.isEmpty) return found;
    const { shift, window } = this;
    let end = window - 1;
    while (end < bytes.length) {
      const pair = ((bytes[end - 1] as number) << 8) | (bytes[end] as number);
      const jump = shift[pair] as number;
      if (jump > 0) {
        end += jump;
        continue;
      }
      this.compare(bytes, pair, end - window + 1, found);
      end += 1;
    }
    return found;
  }

  /** Where the first match begins that could go on behind the last byte; `bytes.length` when there is none. */
  firstPartial(bytes: Buffer): number {
    for (let start = Math.max(0, bytes.length - this.longest + 1); start < bytes.length; start += 1) {
      if (this.isPartial(bytes, start)) return start;
    }
    return bytes.length;
  }

  private compare(bytes: Buffer, pair: number, start: number, found: Stretch[]): void {
    for (const needle of this.bySuffix.get(pair) ?? []) {
      const end = start + needle.length;
      if (end > bytes.length || bytes.compare(needle, 0, needle.length, start, end) !== 0) continue;
      const last = found.at(-1);
      if (last && start <= last.end) last.end = Math.max(last.end, end);
      else found.push({ start, end });
    }
  }

  private isPartial(bytes: Buffer, start: number): boolean {
    const length = bytes.length - start;
    const candidates =
      length === 1
        ? this.needles.filter((needle) => needle[0] === bytes[start])
        : (this.byPrefix.get(pairAt(bytes, start + 1)) ?? []);
    return candidates.some(
      (needle) => needle.length > length && bytes.compare(needle, 0, length, start, bytes.length) === 0,
    );
  }
}

function pairAt(bytes: Buffer, last: number): number {
  return ((bytes[last - 1] as number) << 8) | (bytes[last] as number);
}

function push(map: Map<number, Buffer[]>, key: number, value: Buffer): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Equal needles once. (One inside another stays: the shorter may come alone.) */
function unique(needles: readonly Buffer[]): Buffer[] {
  return [...new Map(needles.map((needle) => [needle.toString("latin1"), needle])).values()];
}
