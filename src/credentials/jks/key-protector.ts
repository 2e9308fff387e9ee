import { createHash } from "node:crypto";
import { octetsOf, oidOf, parseFile, partsOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";

const SUN_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";
const DIGEST_LENGTH = 20;

/** How Java's JKS format takes a password: each UTF-16 unit, high byte first. */
export function jksPassword(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

/**
 * Opens a private key of a JKS keystore: salt, then the key xor a chain of SHA-1, then a SHA-1 that confirms the password.
 * Answers PKCS#8, or undefined when the password is wrong. Throws `Unreadable`.
 */
export function openProtectedKey(encryptedKeyInfo: Buffer, text: string): Buffer | undefined {
  const [algorithm, data] = partsOf(parseFile(encryptedKeyInfo));
  const oid = oidOf(partsOf(algorithm)[0]);
  if (oid !== SUN_KEY_PROTECTOR) throw new Unreadable("algorithm", `Its key is encrypted by the algorithm ${oid}.`);
  const bytes = octetsOf(data);
  if (bytes.length < 2 * DIGEST_LENGTH) throw new Unreadable("damaged", "Its encrypted key is too short to be one.");
  const password = jksPassword(text);
  const key = Buffer.from(bytes.subarray(DIGEST_LENGTH, -DIGEST_LENGTH));
  let link = bytes.subarray(0, DIGEST_LENGTH);
  for (let at = 0; at < key.length; at += 1) {
    if (at % DIGEST_LENGTH === 0) link = createHash("sha1").update(password).update(link).digest();
    key[at] = (key[at] ?? 0) ^ (link[at % DIGEST_LENGTH] ?? 0);
  }
  const confirmed = createHash("sha1").update(password).update(key).digest();
  return confirmed.equals(bytes.subarray(-DIGEST_LENGTH)) ? key : undefined;
}
