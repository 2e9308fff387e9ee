import { stripVTControlCharacters } from "node:util";

const MOST_LINES = 400;
const LONGEST_LINE = 1000;
const TELLING = /\berror\b|\bERR!|FAILURE:|FAILED|What went wrong|exception|fatal:|cannot |could not|not found/i;
/** Gradle's reasons; npm puts the same sign before the scripts it runs. */
const GRADLE_REASON = /^\s*> (?!Task)[A-Z][a-z]/;
const EMPTY_TALK =
  /--stacktrace|--info or --debug|A complete log of this run|Get more help|BUILD FAILED in|^\s*at |^npm (error|ERR!)( \d+)?\s*$/;
/** Lines that stand out, but only announce the reason. */
const ANNOUNCEMENT =
  /^npm (error|ERR!) (code|errno|syscall|path|command)\b|^FAILURE:|What went wrong|^\d+ errors?$|^Execution failed for|^Command failed/;
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

  /**
   * The lines that most likely tell why a command failed, in their order: the first and the last of those that stand out,
   * or the last lines when none does.
   */
  telling(most = 8): string[] {
    const lines = this.all().filter((line) => !EMPTY_TALK.test(line));
    const chosen = lines.filter((line) => TELLING.test(line) || GRADLE_REASON.test(line)).map((line) => line.trim());
    const once = [...new Set(chosen)];
    if (once.length === 0) return lines.slice(-most).map((line) => line.trim());
    const half = Math.floor(most / 2);
    return once.length <= most ? once : [...once.slice(0, half), ...once.slice(-half)];
  }

  /** The one line that most likely tells why a command failed; `nothing` when it printed nothing. */
  reason(): string {
    const telling = this.telling();
    return telling.find((line) => !ANNOUNCEMENT.test(line)) ?? telling[0] ?? "nothing";
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
