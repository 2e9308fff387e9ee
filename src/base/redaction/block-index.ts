import { BLOCK, blockAt, STRIDE } from "./block.ts";
import type { Pattern } from "./pattern.ts";

/** Where a block stands: in which pattern, at which of its bytes. */
export interface Place {
  block: number;
  pattern: Pattern;
  offset: number;
  /** So many bytes of the pattern are those of the place before it in the list, which stands at the same offset. */
  shared: number;
}

const MULTIPLIER = 0x9e3779b1;
const LOG_OF_BITS_PER_PLACE = 6;
const FEWEST_BITS = 13;
const MOST_BITS = 21;

/**
 * Finds the places of a block: a hash table. A table of bits in front of it, small enough for the processor's cache, turns
 * away nearly every block of a log.
 */
export class BlockIndex {
  private readonly bits: Uint32Array;
  private readonly shift: number;
  private readonly blocks: Int32Array;
  private lists: (Place[] | undefined)[];

  constructor(places: readonly Place[]) {
    const log2 = Math.ceil(Math.log2(Math.max(1, places.length)));
    const logOfBits = Math.min(MOST_BITS, Math.max(FEWEST_BITS, log2 + LOG_OF_BITS_PER_PLACE));
    this.bits = new Uint32Array(2 ** (logOfBits - 5));
    this.shift = 32 - logOfBits;
    this.blocks = new Int32Array(2 ** (log2 + 1));
    this.lists = new Array<Place[] | undefined>(this.blocks.length).fill(undefined);
    for (const place of places) this.add(place);
    this.lists = this.lists.map((list) => (list && list.length > 1 ? broughtTogether(list) : list));
  }

  /**
   * The next place from `from` on, in steps of the stride, where a known block may stand; -1 when there is none. Quick, and
   * wrong only by naming a place where there is none.
   */
  next(bytes: Buffer, from: number): number {
    const { bits, shift } = this;
    const end = bytes.length - BLOCK;
    if (from > end) return -1;
    let block = blockAt(bytes, from);
    for (let at = from; ; ) {
      const hash = Math.imul(block, MULTIPLIER) >>> shift;
      if ((((bits[hash >>> 5] as number) >>> (hash & 31)) & 1) === 1) return at;
      at += STRIDE;
      if (at > end) return -1;
      block = (block >>> 16) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    }
  }

  /** Undefined when the block is not known. */
  placesOf(block: number): readonly Place[] | undefined {
    return this.lists[this.slotOf(block)];
  }

  private add(place: Place): void {
    const hash = Math.imul(place.block, MULTIPLIER) >>> this.shift;
    this.bits[hash >>> 5] = (this.bits[hash >>> 5] as number) | (1 << (hash & 31));
    const slot = this.slotOf(place.block);
    this.blocks[slot] = place.block;
    const list = this.lists[slot];
    if (list) list.push(place);
    else this.lists[slot] = [place];
  }

  /** The slot of the block, or the free one where it belongs. */
  private slotOf(block: number): number {
    const { blocks, lists } = this;
    const last = blocks.length - 1;
    let slot = (Math.imul(block, MULTIPLIER) >>> 7) & last;
    while (blocks[slot] !== block && lists[slot] !== undefined) slot = (slot + 1) & last;
    return slot;
  }
}

/** Sorted so that patterns that begin alike follow each other: where one mismatches, the next often does too. */
function broughtTogether(places: readonly Place[]): Place[] {
  const kind = ({ offset, pattern }: Place) => offset * 2 + (pattern.folds ? 1 : 0);
  const sorted = [...places].sort((a, b) => kind(a) - kind(b) || a.pattern.bytes.compare(b.pattern.bytes));
  return sorted.map((place, index) => {
    const before = sorted[index - 1];
    if (!before || kind(before) !== kind(place)) return place;
    return { ...place, shared: sharedBytes(before.pattern.bytes, place.pattern.bytes) };
  });
}

function sharedBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count += 1;
  return count;
}
