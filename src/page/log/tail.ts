import { joined, LineCutter } from "./line-cutter.ts";
import { linesWithLooks, type ShownLine } from "./lines-with-looks.ts";
import { looksBehind } from "./plain-line.ts";

/** So much of the end of a log is always at hand. */
const MOST_BYTES = 128 * 1024;
const MOST_LINES = 3_000;
const NEWLINE = 0x0a;

/** The last bytes and lines of a log, as they come. However much comes, and however fast, it stays small. */
export class Tail {
  /** Where the bytes at hand begin and end in the log. */
  from = 0;
  end = 0;
  private parts: Uint8Array[] = [];
  /** Whole lines, and then the bytes that no line was made of yet. */
  private whole: ShownLine[] = [];
  private rest: Uint8Array = new Uint8Array(0);
  private waiting: Uint8Array[] = [];
  /** Whether a line begins where the bytes without lines begin. */
  private atLine = true;
  private made: ShownLine[] | undefined;

  /** Begins anew with what stands at `from`. */
  begin(from: number): void {
    this.from = from;
    this.end = from;
    this.parts = [];
    this.forgetLines();
    this.atLine = from === 0;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.end += bytes.length;
    this.made = undefined;
    const fits = bytes.length <= MOST_BYTES;
    this.parts = fits ? [...this.parts, bytes] : [bytes.subarray(bytes.length - MOST_BYTES)];
    this.waiting.push(bytes);
    while (sizeOf(this.parts) - (this.parts[0]?.length ?? 0) >= MOST_BYTES) this.parts.shift();
    this.from = this.end - sizeOf(this.parts);
    if (!fits || this.rest.length + sizeOf(this.waiting) > 2 * MOST_BYTES) this.leaveOut();
  }

  /** The bytes at hand, with where they begin. */
  *pieces(): Generator<{ at: number; bytes: Uint8Array }> {
    let at = this.from;
    for (const bytes of this.parts) {
      yield { at, bytes };
      at += bytes.length;
    }
  }

  /** The lines that are whole at their beginning; the last one may still grow. */
  lines(): ShownLine[] {
    if (this.made) return this.made;
    let bytes = joined([this.rest, ...this.waiting]);
    this.waiting = [];
    const start = this.atLine ? 0 : bytes.indexOf(NEWLINE) + 1;
    this.atLine ||= start > 0;
    if (this.atLine) {
      bytes = bytes.subarray(start);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      this.whole = [...this.whole, ...this.shown(bytes.subarray(0, end))];
      if (this.whole.length > 2 * MOST_LINES) this.whole = this.whole.slice(-MOST_LINES);
      bytes = bytes.subarray(end);
    }
    this.rest = bytes;
    this.made = this.atLine ? [...this.whole, ...this.shown(this.rest)] : [];
    return this.made;
  }

  private shown(bytes: Uint8Array): ShownLine[] {
    const cutter = new LineCutter();
    cutter.push(bytes);
    const last = this.whole.at(-1);
    return linesWithLooks(cutter.lines(), last ? looksBehind(last.looks, last.text) : "");
  }

  /** More came than is looked at: it goes on at the first line that begins in what is at hand now. */
  private leaveOut(): void {
    this.forgetLines();
    this.waiting = [...this.parts];
    this.atLine = this.from === 0;
  }

  private forgetLines(): void {
    this.whole = [];
    this.waiting = [];
    this.rest = new Uint8Array(0);
    this.made = undefined;
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
