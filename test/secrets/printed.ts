/** A text as a tool prints it, and where its characters went. */
export interface Printed {
  text: string;
  /** What is printed of the characters (UTF-16 units) from `start` to `end`, and depends on nothing else. */
  range(start: number, end: number): [from: number, to: number];
}

/** Each character for itself. */
export function byCharacter(text: string, write: (char: string) => string): Printed {
  const places = [0];
  let written = "";
  for (const char of text) {
    written += write(char);
    for (let unit = 0; unit < char.length; unit += 1) places.push(written.length);
  }
  return { text: written, range: (start, end) => [places[start] as number, places[end] as number] };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of something longer with the text inside, written bit by bit: on purpose not the product's way. */
export function inBase64(text: string, before: string, after: string): Printed {
  const bytes = new TextEncoder().encode(before + text + after);
  let written = "";
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    const pair = ((bytes[bit >> 3] as number) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    written += ALPHABET[(pair >> (10 - (bit & 7))) & 63];
  }
  const bitsBefore = (end: number) => 8 * Buffer.byteLength(before + text.slice(0, end));
  return {
    text: written + "=".repeat((4 - (written.length % 4)) % 4),
    range: (start, end) => [Math.ceil(bitsBefore(start) / 6), Math.floor(bitsBefore(end) / 6)],
  };
}

/** Each printed character for itself once more. */
export function rewritten(printed: Printed, write: (char: string) => string): Printed {
  const again = byCharacter(printed.text, write);
  return { text: again.text, range: (start, end) => again.range(...printed.range(start, end)) };
}

/** In lines of so many columns. */
export function folded(printed: Printed, columns: number, ending: string): Printed {
  const lines = printed.text.match(new RegExp(`[^]{1,${columns}}`, "g")) ?? [];
  const moved = (at: number) => at + Math.floor(at / columns) * ending.length;
  return {
    text: lines.join(ending),
    range: (start, end) => {
      const [from, to] = printed.range(start, end);
      return [moved(from), to > from ? moved(to - 1) + 1 : moved(from)];
    },
  };
}
