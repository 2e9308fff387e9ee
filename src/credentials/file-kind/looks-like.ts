import { BINARY_KINDS } from "./binary-kinds.ts";
import { type FileKind, THE_KEYSTORE } from "./kind.ts";
import { TEXT_KINDS } from "./text-kinds.ts";

/** What a file seems to be, by its content. */
export function looksLike(bytes: Buffer): FileKind {
  const text = bytes
    .subarray(0, 65_536)
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "");
  const found = [...BINARY_KINDS, ...TEXT_KINDS].find(({ fits }) => fits(bytes, text));
  return found ?? { what: "no kind of file that Millwright knows", advice: THE_KEYSTORE };
}
