import { FOLDED_FROM } from "../pattern.ts";

/**
 * The base64 of the bytes as it looks inside the base64 of something longer: at each of the three alignments, without
 * the characters that also depend on the neighbours. Both alphabets, as URLs and JSON carry base64, and short ones with a
 * line break at each place, since base64 is folded anywhere.
 */
export function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const inner = innerBase64(bytes, shift);
    return [
      inner,
      inner.replaceAll("+", "-").replaceAll("/", "_"),
      inner.replaceAll("+", "%2B").replaceAll("/", "%2F"),
      inner.replaceAll("+", "%2b").replaceAll("/", "%2f"),
      inner.replaceAll("/", "\\/"),
      inner.replaceAll("+", "\\u002B"),
      ...(inner.length < FOLDED_FROM ? broken(inner) : []),
    ];
  });
}

function innerBase64(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const endsWithin = (shift + bytes.length) % 3 === 0;
  return encoded.slice([0, 2, 3][shift], endsWithin ? undefined : -1);
}

function broken(text: string): string[] {
  return [...text].slice(1).flatMap((_, index) => {
    const [start, rest] = [text.slice(0, index + 1), text.slice(index + 1)];
    return [`${start}\n${rest}`, `${start}\r\n${rest}`];
  });
}

/** The text that a secret holds when it is base64 of printable text, as people keep files in variables. */
export function decodedText(secret: string): string | undefined {
  if (!/^[A-Za-z0-9+/_\s-]{16,}={0,2}\s*$/.test(secret)) return undefined;
  const text = Buffer.from(secret, "base64").toString();
  return /^[\t\n\r -~\u00a0-\ufffc]+$/.test(text) ? text : undefined;
}
