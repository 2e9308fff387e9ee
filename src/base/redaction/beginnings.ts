import { isBreak, type Pattern } from "./pattern.ts";

/** The patterns by their first two bytes, to tell whether the last bytes of a chunk could be the beginning of one. */
export class Beginnings {
  private readonly first = new Uint8Array(256);
  private readonly byPair = new Map<number, Pattern[]>();

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      const [first, second] = pattern.bytes as unknown as [number, number];
      this.first[first] = 1;
      const list = this.byPair.get(pair(first, second));
      if (list) list.push(pattern);
      else this.byPair.set(pair(first, second), [pattern]);
    }
  }

  /** Whether `test` holds for one of the patterns that may begin at `start`. */
  someAt(bytes: Buffer, start: number, test: (pattern: Pattern) => boolean): boolean {
    const first = bytes[start] as number;
    if (start + 1 === bytes.length) return this.first[first] === 1;
    if (this.byPair.get(pair(first, bytes[start + 1] as number))?.some(test)) return true;
    let next = start + 1;
    while (next < start + 3 && isBreak(bytes[next])) next += 1;
    if (next === start + 1 || next >= bytes.length) return false;
    return this.byPair.get(pair(first, bytes[next] as number))?.some(test) === true;
  }
}

function pair(first: number, second: number): number {
  return (first << 8) | second;
}
