const NEWLINE = 0x0a;
/** `▸ `, as JobLog.heading() writes it. */
const SIGN = Buffer.from("▸ ");
const MOST_HEADING_BYTES = 300;
/** A build that prints more lines like headings of ours loses the places of its later steps, not our memory. */
const MOST_HEADINGS = 5_000;

/** How many lines lie between two marks. */
export const MARK_EVERY = 1_000;

/** A line that looks like the heading of a step: it stands behind an empty line. Whether it is one, events say. */
export interface Heading {
  title: string;
  line: number;
  /** Where the line begins. */
  at: number;
}

/**
 * Counts the lines of a log while its bytes go by, and remembers where every thousandth begins and which look like
 * headings. Of the text itself it keeps nothing but the beginning of an unfinished line.
 */
export class OutlineScanner {
  /** The bytes that were looked at. */
  length = 0;
  readonly headings: Heading[] = [];
  private readonly starts: number[] = [0];
  private ended = 0;
  private lineAt = 0;
  private attemptAt = 0;
  private behindEmpty = false;
  private begun: Buffer = Buffer.alloc(0);

  /** Whole lines and the unfinished one. */
  get lines(): number {
    return this.ended + (this.length > this.lineAt ? 1 : 0);
  }

  /** `marks[k]` is where line `k * MARK_EVERY + 1` begins; only of lines that are there. */
  get marks(): number[] {
    return this.starts.slice(0, Math.ceil(this.lines / MARK_EVERY));
  }

  /**
   * From here on it is the log of another attempt. It begins with the empty line before a heading also where the log of
   * the attempt before stopped in the middle of a line.
   */
  attemptBegins(): void {
    this.attemptAt = this.length;
  }

  /** The next bytes, split anywhere. */
  push(bytes: Buffer): void {
    const base = this.length;
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (this.behindEmpty) this.look(bytes.subarray(from, Math.min(end, from + MOST_HEADING_BYTES)));
      this.behindEmpty = base + end === Math.max(this.lineAt, this.attemptAt);
      if (this.begun.length > 0) this.begun = Buffer.alloc(0);
      from = end + 1;
      this.ended += 1;
      this.lineAt = base + from;
      if (this.ended % MARK_EVERY === 0) this.starts.push(this.lineAt);
    }
    if (this.behindEmpty && this.begun.length < MOST_HEADING_BYTES)
      this.begun = Buffer.concat([this.begun, bytes.subarray(from, from + MOST_HEADING_BYTES)]);
    this.length += bytes.length;
  }

  private look(rest: Buffer): void {
    const line = this.begun.length > 0 ? Buffer.concat([this.begun, rest]) : rest;
    if (line[0] !== SIGN[0] || !line.subarray(0, SIGN.length).equals(SIGN)) return;
    if (line.length >= MOST_HEADING_BYTES || this.headings.length >= MOST_HEADINGS) return;
    this.headings.push({ title: line.toString("utf8", SIGN.length), line: this.ended + 1, at: this.lineAt });
  }
}
