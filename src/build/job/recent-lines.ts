import { stripVTControlCharacters } from "node:util";
import { tellingLines, tellingReason } from "./telling-lines.ts";

const MOST_LINES = 400;
const LONGEST_LINE = 1000;
const MOST_NOTED = 50;

/** The end of what a command printed, bounded in lines and in their length, and all lines that match `noteworthy`. */
export class RecentLines {
  private readonly lines: string[] = [];
  private readonly noted: string[] = [];
  private readonly noteworthy: RegExp | undefined;
  private rest = "";
  private readonly decoder = new TextDecoder();

  constructor(noteworthy?: RegExp) {
    this.noteworthy = noteworthy;
  }

  push(bytes: Buffer): void {
    const parts = (this.rest + this.decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r/);
    this.rest = (parts.pop() ?? "").slice(-LONGEST_LINE);
    for (const part of parts) this.keep(part);
    if (this.lines.length > MOST_LINES) this.lines.splice(0, this.lines.length - MOST_LINES);
  }

  /** All kept lines, without colours and empty ones. */
  all(): string[] {
    const text = stripVTControlCharacters(this.rest);
    return text.trim() === "" ? [...this.lines] : [...this.lines, text];
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

  private keep(line: string): void {
    const text = stripVTControlCharacters(line.slice(0, LONGEST_LINE));
    if (text.trim() === "") return;
    this.lines.push(text);
    if (this.noted.length < MOST_NOTED && this.noteworthy?.test(text)) this.noted.push(text);
  }
}
