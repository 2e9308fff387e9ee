import { isBreak, type Pattern } from "./pattern.ts";

/** The patterns by their first two bytes, to tell whether the last bytes of a chunk could be the beginning of one. */
export class Beginnings {
  private readonly byFirst = new Map<number, Pattern[]>();
  private readonly byPair = new Map<number, Pattern[]>();

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      const [first, second] = pattern.bytes as unknown as [number, number];
      // One of each kind is enough where only one byte is known.
      const alike = this.byFirst.get(first) ?? [];
      if (alike.every((other) => other.folds !== pattern.folds)) this.byFirst.set(first, [...alike, pattern]);
      const list = this.byPair.get(pair(first, second));
      if (list) list.push(pattern);
      else this.byPair.set(pair(first, second), [pattern]);
    }
  }

  /** The patterns that may begin at `start`, by what stands there before the end. */
  at(bytes: Buffer, start: number): readonly Pattern[] {
    const first = bytes[start] as number;
    let next = start + 1;
    while (next < bytes.length && next < start + 3 && isBreak(bytes[next])) next += 1;
    const folded = next < bytes.length ? this.byPair.get(pair(first, bytes[next] as number)) : this.byFirst.get(first);
    if (next === start + 1) return folded ?? NONE;
    const straight = this.byPair.get(pair(first, bytes[start + 1] as number));
    return straight ? [...straight, ...(folded ?? NONE)] : (folded ?? NONE);
  }
}

const NONE: readonly Pattern[] = [];

function pair(first: number, second: number): number {
  return (first << 8) | second;
}
