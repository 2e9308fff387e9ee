/** Colours and other looks of text: the only escape sequences that a page can show. */
const LOOKS = "\\x1b\\[[0-9;]*m";
const ALL_LOOKS = new RegExp(LOOKS, "g");
/** All control characters but the tab; in a line there is no newline. */
const CONTROLS = "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f]";
const HAS_CONTROLS = new RegExp(CONTROLS);
/** Cursor moves and the like, titles and links of a terminal; also when their end is missing. */
const SEQUENCES = "\\x1b(?:\\[[0-?]*[ -/]*[@-~]?|[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?|[ -/]*[0-OQ-WYZ\\\\`-~]?)";
const UNSEEN = new RegExp(`(${LOOKS})|${SEQUENCES}|${CONTROLS}`, "g");
/** Whoever piles up more looks than that without taking them back doesn't know what they look like either. */
const MOST_LOOKS = 400;

/**
 * A line of a log as a terminal would leave it standing, with its colours (SGR sequences) still in it: of a progress line
 * that wrote over itself the last state; other escape sequences and control characters are gone.
 */
export function plainLine(line: string): string {
  if (!HAS_CONTROLS.test(line)) return line;
  return lastState(line).replace(UNSEEN, (_all, looks: string | undefined) => looks ?? "");
}

/** What a carriage return was the last to begin. The colours that stood before it still hold. */
function lastState(line: string): string {
  const text = line.replace(/\r+$/, "");
  const start = text.lastIndexOf("\r") + 1;
  if (start === 0) return text;
  return (text.slice(0, start).match(ALL_LOOKS) ?? []).join("") + text.slice(start);
}

/** The same without its colours. */
export function withoutLooks(line: string): string {
  return line.replace(ALL_LOOKS, "");
}

/** The looks that hold behind a plain line, as the sequences that make them, when `before` held in front of it. */
export function looksBehind(before: string, line: string): string {
  if (!line.includes("\x1b")) return before;
  let looks = before;
  for (const sequence of line.match(ALL_LOOKS) ?? []) {
    const numbers = sequence.slice(2, -1);
    if (/^0*$/.test(numbers)) looks = "";
    else if (/^0+;/.test(numbers)) looks = sequence;
    else looks += sequence;
  }
  return looks.length > MOST_LOOKS ? "" : looks;
}
