import type { LogOutline } from "../../protocol/page-api.ts";

const NEWLINE = 0x0a;

/** The lines `first` up to and including `last`, and the bytes that they are. */
export interface PageRange {
  first: number;
  last: number;
  from: number;
  to: number;
}

/** Where lines begin in a log: at first as the controller says, then of the bytes that came since. */
export class LogIndex {
  length = 0;
  every = 1_000;
  private marks: number[] = [0];
  private ended = 0;
  /** Whether the last line is unfinished; undefined while that isn't known. */
  private lineBegun: boolean | undefined = false;

  /** Whole lines and the unfinished one. */
  get lines(): number {
    return this.ended + (this.lineBegun ? 1 : 0);
  }

  get pages(): number {
    return Math.ceil(this.lines / this.every);
  }

  /** What the controller knows; of no interest when it is less than what is known here. */
  take({ length, lines, every, marks }: LogOutline): void {
    if (this.length === 0) this.every = every;
    if (length <= this.length) return;
    this.length = length;
    this.every = every;
    this.marks = [...marks];
    this.ended = lines;
    this.lineBegun = undefined;
  }

  /** Counts bytes that stand at `at`; those that are counted already are left out, and what lies behind a gap. */
  append(bytes: Uint8Array, at: number): void {
    const before = this.length - 1 - at;
    if (this.lineBegun === undefined && before >= 0 && before < bytes.length) this.settle(bytes[before] === NEWLINE);
    if (at > this.length || at + bytes.length <= this.length || this.lineBegun === undefined) return;
    let from = this.length - at;
    for (let end = bytes.indexOf(NEWLINE, from); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      from = end + 1;
      this.ended += 1;
      if (this.ended % this.every === 0) this.marks.push(at + from);
    }
    this.length = at + bytes.length;
    this.lineBegun = bytes[bytes.length - 1] !== NEWLINE;
  }

  /** The controller counts an unfinished line like a whole one: which it is, the last byte tells. */
  private settle(endsLine: boolean): void {
    this.lineBegun = !endsLine;
    if (!endsLine) this.ended -= 1;
    else if (this.ended % this.every === 0) this.marks.push(this.length);
  }

  /** The page that holds a line. */
  pageOf(line: number): number {
    return Math.floor((line - 1) / this.every);
  }

  page(index: number): PageRange {
    const first = index * this.every + 1;
    const last = Math.min(first + this.every - 1, this.lines);
    return { first, last, from: this.marks[index] ?? this.length, to: this.marks[index + 1] ?? this.length };
  }
}
