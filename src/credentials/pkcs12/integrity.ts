import { createHmac, timingSafeEqual } from "node:crypto";
import { type Asn1, integerOf, octetsOf, oidOf, partsOf } from "../asn1.ts";
import { Unreadable } from "../unreadable.ts";
import { type Password, PURPOSE, passwordForms, pkcs12Key, type Stretching } from "./key-derivation.ts";

const DIGESTS: Readonly<Record<string, { name: string; length: number }>> = {
  "1.2.840.113549.2.5": { name: "md5", length: 16 },
  "1.3.14.3.2.26": { name: "sha1", length: 20 },
  "2.16.840.1.101.3.4.2.4": { name: "sha224", length: 28 },
  "2.16.840.1.101.3.4.2.1": { name: "sha256", length: 32 },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", length: 48 },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", length: 64 },
};

/**
 * The form of the password that the file's MAC confirms over `content`; without a MAC (allowed, and rare) the first form.
 * Throws `Unreadable` ("password") when none does: a wrong password and a changed file can't be told apart here.
 */
export function confirmedPassword(
  stretching: Stretching,
  macData: Asn1 | undefined,
  content: Buffer,
  text: string,
): Password | undefined {
  const forms = passwordForms(text);
  if (!macData) return forms[0];
  const [digestInfo, saltNode, roundsNode] = partsOf(macData);
  const [algorithm, expectedNode] = partsOf(digestInfo);
  const oid = oidOf(partsOf(algorithm)[0]);
  const digest = DIGESTS[oid];
  if (!digest) throw new Unreadable("algorithm", `Its integrity is protected by the algorithm ${oid}.`);
  const salt = octetsOf(saltNode);
  const expected = octetsOf(expectedNode);
  const rounds = roundsNode ? integerOf(roundsNode) : 1;
  return forms.find((password) => {
    const key = pkcs12Key(stretching, password, salt, rounds, digest.length, digest.name, PURPOSE.mac);
    const mac = createHmac(digest.name, key).update(content).digest();
    return mac.length === expected.length && timingSafeEqual(mac, expected);
  });
}
