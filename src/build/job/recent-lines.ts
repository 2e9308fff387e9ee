import { stripVTControlCharacters } from "node:util";
import { tellingLines, tellingReason } from "./telling-lines.ts";

const MOST_LINES = 400;
const LONGEST_LINE = 1000;
const MOST_BYTES = 512 * 1024;
const MOST_PIECES = 1000;
const MOST_NOTED = 50;
const LINE_END = /\r\n|\n|\r/;

/**
 * The end of what a command printed, bounded in bytes, lines and their length, and all lines that match `noteworthy`. The
 * end is kept as bytes and read only when someone asks, since most commands succeed.
 */
export class RecentLines {
  private pieces: Buffer[] = [];
  private length = 0;
  private isCut = false;
  private readonly noted: string[] = [];
  private readonly noteworthy: RegExp | undefined;
  private unfinished = "";
  private readonly decoder = new TextDecoder();

  constructor(noteworthy?: RegExp) {
    this.noteworthy = noteworthy;
  }

  /** The bytes are kept as they are: nobody may write into them afterwards. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.noteworthy && this.noted.length < MOST_NOTED) this.note(bytes, this.noteworthy);
    this.pieces.push(bytes);
    this.length += bytes.length;
    if (this.pieces.length > MOST_PIECES) this.pieces = [Buffer.concat(this.pieces)];
    while (this.length - (this.pieces[0] as Buffer).length >= MOST_BYTES) {
      this.length -= (this.pieces.shift() as Buffer).length;
      this.isCut = true;
    }
  }

  /** All kept lines, without colours and empty ones. */
  all(): string[] {
    const lines = Buffer.concat(this.pieces).toString().split(LINE_END);
    const unfinished = stripVTControlCharacters((lines.pop() ?? "").slice(-LONGEST_LINE));
    const whole = lines
      .slice(this.isCut ? 1 : 0)
      .map(shown)
      .filter((line) => line.trim() !== "")
      .slice(-MOST_LINES);
    return unfinished.trim() === "" ? whole : [...whole, unfinished];
  }

  /** See `tellingLines`. */
  telling(most = 8): string[] {
    return tellingLines(this.all(), most);
  }

  /** See `tellingReason`. */
  reason(): string {
    return tellingReason(this.all());
  }

  /** The first match of a pattern in any kept line. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    for (const line of [...this.noted, ...this.all()]) {
      const found = pattern.exec(line);
      if (found) return found;
    }
    return undefined;
  }

  private note(bytes: Buffer, noteworthy: RegExp): void {
    const lines = (this.unfinished + this.decoder.decode(bytes, { stream: true })).split(LINE_END);
    this.unfinished = (lines.pop() ?? "").slice(-LONGEST_LINE);
    this.noted.push(...lines.map(shown).filter((line) => noteworthy.test(line)));
    this.noted.splice(MOST_NOTED);
  }
}

function shown(line: string): string {
  return stripVTControlCharacters(line.slice(0, LONGEST_LINE));
}
