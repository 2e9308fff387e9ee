import { Beginnings } from "./beginnings.ts";
import { blockAt, STRIDE, WINDOW } from "./block.ts";
import { BlockIndex, type Place } from "./block-index.ts";
import {
  endOf,
  FAINT,
  FOLDED_FROM,
  isBreak,
  mismatchIn,
  type Pattern,
  patternOf,
  patternOfToken,
  RUNS_ON,
  startOf,
} from "./pattern.ts";
import { merged, type Stretch } from "./stretch.ts";
import { tokenShapes } from "./token-shapes.ts";

export interface Scan {
  /** All matches, overlapping ones merged, in order. */
  found: Stretch[];
  /** Where the first match begins that could go on behind the last byte; the length when there is none. */
  partial: number;
  /** The same with faint ones: a few bytes before the end of a line. */
  faint: number;
  /** The same without faint ones and tokens that are too short as yet: where to mask when nothing more comes. */
  telling: number;
}

/**
 * Finds many byte strings at once. Of each, the blocks of four bytes near its beginning are known; the bytes are looked at
 * only every few places, just as often as it takes to meet one of these blocks in whatever position a needle stands.
 */
export class Matcher {
  private readonly index: BlockIndex;
  private readonly beginnings: Beginnings;

  /** `needles` have at least five bytes each; the known tokens are found besides. */
  constructor(needles: readonly Buffer[]) {
    const patterns = unique(needles).map(patternOf);
    this.index = new BlockIndex([...TOKEN_PLACES, ...patterns.flatMap(placesOf)]);
    this.beginnings = new Beginnings([...TOKENS, ...patterns]);
  }

  scan(bytes: Buffer): Scan {
    const { index } = this;
    const scan: Scan = { found: [], partial: bytes.length, faint: bytes.length, telling: bytes.length };
    for (let at = index.next(bytes, 0); at >= 0; at = index.next(bytes, at + STRIDE)) this.compare(bytes, at, scan);
    this.lookAtEnd(bytes, scan);
    scan.found = merged(scan.found);
    return scan;
  }

  /** Adds the matches that hold the block, finished or not. */
  private compare(bytes: Buffer, at: number, scan: Scan): void {
    const places = this.index.placesOf(blockAt(bytes, at));
    if (!places) return;
    let wrong = -1;
    for (let i = 0; i < places.length; i += 1) {
      const { pattern, offset, shared } = places[i] as Place;
      if (wrong >= 0 && wrong < shared) continue; // it has the byte that was wrong in the one before
      const end = endOf(pattern, offset, bytes, at);
      wrong = mismatchIn(end);
      if (wrong >= 0) continue;
      const start = startOf(pattern, offset, bytes, at);
      if (start >= 0) note(scan, pattern, start, end, bytes.length);
    }
  }

  /** Adds the unfinished matches that are too short to hold a block surely. */
  private lookAtEnd(bytes: Buffer, scan: Scan): void {
    let counted = 0;
    for (let start = bytes.length - 1; start >= 0 && counted < FOLDED_FROM; start -= 1) {
      if (!isBreak(bytes[start])) counted += 1;
      for (const pattern of this.beginnings.at(bytes, start)) {
        const end = endOf(pattern, 0, bytes, start);
        if (end === RUNS_ON || end === FAINT) note(scan, pattern, start, end, bytes.length);
      }
    }
  }
}

function note(scan: Scan, { bytes, tail }: Pattern, start: number, end: number, length: number): void {
  if (end >= 0) {
    scan.found.push({ start, end });
    return;
  }
  scan.faint = Math.min(scan.faint, start);
  if (end !== RUNS_ON) return;
  scan.partial = Math.min(scan.partial, start);
  if (!tail || length - start >= bytes.length + tail.least) scan.telling = Math.min(scan.telling, start);
}

/** Equal needles once. (One inside another stays: the shorter may come alone.) */
function unique(needles: readonly Buffer[]): Buffer[] {
  return [...new Map(needles.map((needle) => [needle.toString("latin1"), needle])).values()];
}

/**
 * The blocks to know a pattern by: as many in a row as the stride is long. A folded one has a second such row, for the case
 * that a line break cuts the first.
 */
function placesOf(pattern: Pattern): Place[] {
  const places: Place[] = [];
  for (const beginning of beginningsOf(pattern)) {
    for (const row of pattern.folds ? [0, WINDOW] : [0]) {
      for (let offset = row; offset < row + STRIDE; offset += 1) {
        places.push({ block: blockAt(beginning, offset), pattern, offset, shared: 0 });
      }
    }
  }
  return places;
}

/** The bytes themselves, or a prefix that is too short with each byte that may follow. */
function beginningsOf({ bytes, tail }: Pattern): Buffer[] {
  if (!tail || bytes.length >= WINDOW) return [bytes];
  const next = [...tail.tail.keys()].filter((byte) => tail.tail[byte] === 1);
  return next.map((byte) => Buffer.from([...bytes, byte]));
}

const TOKENS: readonly Pattern[] = tokenShapes().map(patternOfToken);
const TOKEN_PLACES: readonly Place[] = TOKENS.flatMap(placesOf);
