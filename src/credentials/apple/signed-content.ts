import { octetsOf, oidOf, parseFile, partsOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";

/** What a CMS file (RFC 5652) signs. Whether Apple signed it is for Xcode to check. Throws `Unreadable`. */
export function signedContent(bytes: Buffer): Buffer {
  const [type, wrapped] = partsOf(parseFile(bytes));
  if (oidOf(type) !== SIGNED_DATA) throw new Unreadable("damaged", "It is not a signed file.");
  const [, , encapsulated] = partsOf(partsOf(wrapped)[0]);
  const [, content] = partsOf(encapsulated);
  return octetsOf(partsOf(content)[0]);
}
