import type { LogMatch } from "../../protocol/page-api.ts";
import { ESCAPE_SEQUENCE } from "./escapes.ts";

const NEWLINE = 0x0a;
/** So many bytes before the end of a piece are looked at again together with the next one. */
const OVERLAP = 4_096;
const ESCAPES = `(?:${ESCAPE_SEQUENCE})*`;

/** Where a search stands: in which line, where that begins, and at which byte. */
export interface SearchPlace {
  line: number;
  lineAt: number;
  at: number;
}

/**
 * Matches a text in any case, also where escape sequences stand within it, in bytes that were decoded as latin1: so
 * places in the string are places in the bytes, and bytes that are no UTF-8 do no harm.
 */
export function textPattern(text: string): RegExp {
  return new RegExp([...text].map(inAnyCase).join(ESCAPES), "g");
}

function inAnyCase(char: string): string {
  const forms = [...new Set([char, char.toLowerCase(), char.toUpperCase()])];
  const escaped = forms.map((form) =>
    Buffer.from(form)
      .toString("latin1")
      .replace(/[^\w ]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`),
  );
  if (escaped.length === 1) return escaped[0] as string;
  return forms.every((form) => form.length === 1 && form < "\x80")
    ? `[${escaped.join("")}]`
    : `(?:${escaped.join("|")})`;
}

/** Finds the lines of a log that match, each once, while its bytes go by in pieces that are split anywhere. */
export class LineSearch {
  private readonly pattern: RegExp;
  private carry: Buffer = Buffer.alloc(0);
  private at: number;
  private line: number;
  private lineAt: number;
  private matched = 0;

  /** `pattern` is global, matches no newline and is for latin1, see textPattern. */
  constructor(pattern: RegExp, { line, lineAt, at }: SearchPlace) {
    this.pattern = pattern;
    this.line = line;
    this.lineAt = lineAt;
    this.at = at;
  }

  /** Whether the unfinished line has been found already: until its end there is nothing to look for. */
  get withinMatch(): boolean {
    return this.matched === this.line;
  }

  /** Where another search can go on after what was pushed. */
  get resumeAt(): number {
    return this.at - this.carry.length;
  }

  /** The lines that match in the next bytes, which are those behind the last ones. */
  push(bytes: Buffer): LogMatch[] {
    const base = this.resumeAt;
    const all = this.carry.length > 0 ? Buffer.concat([this.carry, bytes]) : bytes;
    this.at += bytes.length;
    const counted = { to: 0 };
    const found = this.find(all, base, counted);
    this.countLines(all, base, counted, all.length);
    const unfinished = Math.max(this.lineAt - base, 0);
    this.carry = this.withinMatch
      ? Buffer.alloc(0)
      : Buffer.from(all.subarray(Math.max(unfinished, all.length - OVERLAP)));
    return found;
  }

  private find(all: Buffer, base: number, counted: { to: number }): LogMatch[] {
    const found: LogMatch[] = [];
    const text = all.toString("latin1");
    this.pattern.lastIndex = this.withinMatch ? lineEnd(all, 0) : 0;
    for (let match = this.pattern.exec(text); match; match = this.pattern.exec(text)) {
      this.countLines(all, base, counted, match.index);
      this.matched = this.line;
      found.push({ line: this.line, at: this.lineAt });
      this.pattern.lastIndex = lineEnd(all, match.index);
    }
    return found;
  }

  private countLines(all: Buffer, base: number, counted: { to: number }, until: number): void {
    for (let end = all.indexOf(NEWLINE, counted.to); end >= 0 && end < until; end = all.indexOf(NEWLINE, counted.to)) {
      this.line += 1;
      counted.to = end + 1;
      this.lineAt = base + counted.to;
    }
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end;
}
