import type { RawLine } from "./line-cutter.ts";
import { looksBehind, plainLine } from "./plain-line.ts";

/** A line that can be shown. */
export interface ShownLine {
  /** Plain, see plainLine. */
  text: string;
  /** The looks that held before it. */
  looks: string;
  cutFrom?: number;
}

/** Lines that follow one another, each with the colours that those before it left switched on; `before` held in front of all. */
export function linesWithLooks(lines: readonly RawLine[], before = ""): ShownLine[] {
  let looks = before;
  return lines.map((line) => {
    const shown = { ...line, text: plainLine(line.text), looks };
    looks = looksBehind(looks, shown.text);
    return shown;
  });
}
