import { styleText } from "node:util";
import type { TerminalKind } from "./kind.ts";

type Tone = "good" | "bad" | "warn" | "quiet" | "strong" | "accent";

const FORMATS = {
  good: "green",
  bad: "red",
  warn: "yellow",
  quiet: "gray",
  strong: "bold",
  accent: "cyan",
} as const;

/** In Unicode and in ASCII. */
const SIGNS = { good: ["✔", "+"], bad: ["✖", "x"], warn: ["⚠", "!"], quiet: ["·", "-"] } as const;

/** Colours and signs for one kind of terminal: plain text and ASCII where it can't show more. */
export class Style {
  readonly kind: TerminalKind;

  constructor(kind: TerminalKind) {
    this.kind = kind;
  }

  tone(tone: Tone, text: string): string {
    return this.kind.colour ? styleText(FORMATS[tone], text, { validateStream: false }) : text;
  }

  /** The sign in front of a result. */
  sign(tone: keyof typeof SIGNS): string {
    const [unicode, plain] = SIGNS[tone];
    return this.tone(tone, this.kind.unicode ? unicode : plain);
  }

  /** The same in a line of its own, where a file or CI shows it as the build's log does: with ticks, colours or not. */
  mark(tone: keyof typeof SIGNS): string {
    return this.kind.live ? this.sign(tone) : this.tone(tone, SIGNS[tone][0]);
  }

  /** The spinner's frame at a time in milliseconds. */
  spinner(ms: number): string {
    const frames = this.kind.unicode ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : "|/-\\";
    return this.tone("accent", frames[Math.floor(ms / 100) % frames.length] ?? "");
  }
}
