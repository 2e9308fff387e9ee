const NEWLINE = 0x0a;
/** More of one line is not shown. */
export const MOST_OF_A_LINE = 10_000;

/** A line as it stands in the log, or its beginning. */
export interface RawLine {
  text: string;
  /** How many bytes the whole line has, when only its beginning is here. */
  cutFrom?: number;
}

/** Makes lines of bytes that come in pieces, and keeps only the beginning of very long ones. */
export class LineCutter {
  private readonly kept: Uint8Array[] = [];
  private readonly cut = new Map<number, number>();
  private line = 0;
  private inLine = 0;

  push(bytes: Uint8Array): void {
    let run = 0;
    for (let from = 0; from < bytes.length; ) {
      const found = bytes.indexOf(NEWLINE, from);
      const end = found < 0 ? bytes.length : found;
      const room = Math.max(0, MOST_OF_A_LINE - this.inLine);
      this.inLine += end - from;
      if (end - from > room) {
        this.keep(bytes.subarray(run, from + room));
        run = end;
        this.cut.set(this.line, this.inLine);
      }
      if (found >= 0) {
        this.line += 1;
        this.inLine = 0;
      }
      from = end + 1;
    }
    this.keep(bytes.subarray(run));
  }

  /** The lines so far, the unfinished one too. */
  lines(): RawLine[] {
    const texts = new TextDecoder("utf-8", { ignoreBOM: true }).decode(joined(this.kept)).split("\n");
    if (texts.at(-1) === "") texts.pop();
    return texts.map((text, index) => {
      const cutFrom = this.cut.get(index);
      return cutFrom === undefined ? { text } : { text: text.replace(/\ufffd+$/, ""), cutFrom };
    });
  }

  private keep(bytes: Uint8Array): void {
    if (bytes.length > 0) this.kept.push(bytes);
  }
}

/** One run of bytes of many. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
