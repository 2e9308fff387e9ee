import type { TerminalKind } from "./kind.ts";
import { cutTo, widthOf } from "./text.ts";

const ESCAPE = String.fromCharCode(27);

/**
 * The last line of a live terminal, which stays while others scroll above it. Gives texts to write and never writes
 * itself; a text and the line below it leave in one write, so that nothing flickers.
 */
export class StatusLine {
  private readonly kind: TerminalKind;
  private shownWidth = 0;
  private text = "";

  constructor(kind: TerminalKind) {
    this.kind = kind;
  }

  get shown(): boolean {
    return this.text !== "";
  }

  /** What to write to show `text` as the last line; an empty text takes the line away. */
  show(text: string): string {
    if (text === "" && !this.shown) return "";
    const before = this.erase();
    this.text = text;
    return before + this.draw();
  }

  /** What to write for whole lines above the status line; `lines` ends with a line break. */
  above(lines: string): string {
    return this.shown ? this.erase() + lines + this.draw() : lines;
  }

  /** What to write before another stream writes to the same terminal. `show` brings the line back. */
  hide(): string {
    return this.shown ? this.erase() : "";
  }

  /** What to write to bring a hidden line back. */
  again(): string {
    return this.draw();
  }

  /**
   * One column is left free: a full line would wait to wrap. A terminal that became narrower has broken the line into
   * several, and the cursor stands in the last of them.
   */
  private draw(): string {
    const line = cutTo(this.text, this.kind.columns() - 1, this.kind.unicode);
    this.shownWidth = widthOf(line);
    return line;
  }

  private erase(): string {
    const rows = Math.max(1, Math.ceil(this.shownWidth / Math.max(1, this.kind.columns())));
    this.shownWidth = 0;
    return `\r${rows > 1 ? `${ESCAPE}[${rows - 1}A` : ""}${ESCAPE}[J`;
  }
}
