const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 written out bit by bit, on purpose without the product's way; no padding. */
export function base64ByBits(bytes: Uint8Array): string {
  let text = "";
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    let value = 0;
    for (let i = 0; i < 6; i += 1) {
      const byte = bytes[(bit + i) >> 3] ?? 0;
      value = (value << 1) | ((byte >> (7 - ((bit + i) & 7))) & 1);
    }
    text += ALPHABET[value];
  }
  return text;
}

/** The characters that depend only on the bytes from `start` to `end`. */
export function own(encoded: string, start: number, end: number): string {
  return encoded.slice(Math.ceil((start * 8) / 6), Math.floor((end * 8) / 6));
}

export function folded(text: string, columns: number, ending: string): string {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += columns) lines.push(text.slice(at, at + columns));
  return lines.join(ending);
}
