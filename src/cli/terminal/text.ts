import { stripVTControlCharacters } from "node:util";

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;:]*m`, "g");
/** Titles, links, the clipboard …: a text between an introducer and its end. */
const STRING = new RegExp(`${ESCAPE}[\\]PX^_][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?`, "g");
const RESET = `${ESCAPE}[0m`;
const CONTROL = /[^\P{Cc}\t]/gu;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u;

/** Columns that a text takes on a terminal, colours not counted. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (character >= " " && character <= "~") return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text cut to at most `columns`, with `…` (or `~` in ASCII) where something was left out. Keeps colours whole. */
export function cutTo(text: string, columns: number, unicode = true): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return "";
  let left = columns - 1;
  let kept = "";
  for (const part of text.split(new RegExp(`(${COLOUR.source})`))) {
    if (part.startsWith(ESCAPE)) {
      kept += part;
      continue;
    }
    for (const character of part) {
      left -= columnsOf(character);
      if (left < 0) return `${kept}${unicode ? "…" : "~"}${kept.includes(ESCAPE) ? RESET : ""}`;
      kept += character;
    }
  }
  return kept;
}

/** Padded with spaces up to `columns`, at the end or (`right`) at the beginning. */
export function pad(text: string, columns: number, side: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, columns - widthOf(text)));
  return side === "left" ? text + space : space + text;
}

/** Breaks a text at spaces into lines of at most `columns`; its own line breaks stay, a longer word isn't broken. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      const longer = current === "" ? word : `${current} ${word}`;
      if (current !== "" && widthOf(longer) > columns) {
        lines.push(current);
        current = word;
      } else current = longer;
    }
    return [...lines, current];
  });
}

/** Without anything that would move the cursor or change the terminal: for texts that others wrote. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text.replace(STRING, "")).replace(CONTROL, "");
}

/**
 * A line of a build's log as a terminal may show it: what a carriage return overwrote is left out, and every control
 * sequence but colours, since what a build prints must not move the cursor, set the title or fill the clipboard.
 */
export function showableLogLine(line: string, colour: boolean): string {
  const shown = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  if (!shown.includes(ESCAPE) || !colour) return harmless(shown);
  const parts = shown.split(new RegExp(`(${COLOUR.source})`));
  return parts.map((part, index) => (index % 2 === 1 ? part : harmless(part))).join("") + RESET;
}
