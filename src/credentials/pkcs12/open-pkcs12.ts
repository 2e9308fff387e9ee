import { type Asn1, integerOf, octetsOf, oidOf, parse, parseFile, partsOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";
import { type Bags, collectBags } from "./bags.ts";
import { decrypt } from "./decrypt.ts";
import { confirmedPassword } from "./integrity.ts";
import type { Password, Stretching } from "./key-derivation.ts";

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

/**
 * Opens a PKCS12 file (RFC 7292) with its password: the MAC is checked and the certificates are decrypted; a key only when it
 * is asked for, since Java may give it a password of its own. Throws `Unreadable`.
 */
export function openPkcs12(bytes: Buffer, text: string, stretching: Stretching): Bags {
  const [version, content, macData] = partsOf(parseFile(bytes));
  if (integerOf(version) !== 3) throw new Unreadable("damaged", "Its version is not 3, the only one there is.");
  const [type, wrapped] = partsOf(content);
  if (oidOf(type) !== DATA) {
    throw new Unreadable("algorithm", "It is protected by a certificate instead of a password.");
  }
  const authenticated = octetsOf(partsOf(wrapped)[0]);
  const password = confirmedPassword(stretching, macData, authenticated, text);
  if (!password) throw new Unreadable("password", "");
  const bags: Bags = { keys: [], certificates: [], secrets: [] };
  for (const safe of partsOf(parse(authenticated))) {
    collectBags(stretching, contentsOf(stretching, safe, password, macData !== undefined), bags);
  }
  return bags;
}

function contentsOf(stretching: Stretching, safe: Asn1, password: Password, confirmed: boolean): Asn1 {
  const [type, wrapped] = partsOf(safe);
  const [content] = partsOf(wrapped);
  if (oidOf(type) === DATA) return parse(octetsOf(content));
  if (oidOf(type) !== ENCRYPTED_DATA) {
    throw new Unreadable("algorithm", "A part of it is protected by a certificate instead of a password.");
  }
  const [, encrypted] = partsOf(content);
  const [, algorithm, data] = partsOf(encrypted);
  const plain = decrypt(stretching, algorithm, octetsOf(data), password);
  if (plain) return confirmed ? parse(plain) : parseOrWrong(plain);
  if (!confirmed) throw new Unreadable("password", "");
  throw new Unreadable("algorithm", "Its certificates are encrypted with another password than the file.");
}

/** Without a MAC only the content shows that the password was right. */
function parseOrWrong(plain: Buffer): Asn1 {
  try {
    return parse(plain);
  } catch {
    throw new Unreadable("password", "");
  }
}
