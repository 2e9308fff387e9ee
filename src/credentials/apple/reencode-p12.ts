import { writePkcs12 } from "../pkcs12/write-pkcs12.ts";
import { openP12, type P12Input } from "./open-p12.ts";

/**
 * The p12 written anew under `newPassword`, with the identities of `sha1s` (of their certificates, lower-case hex) and the
 * certificates of authorities: as triple DES and SHA-1, because `security import` of macOS up to 14 calls the password wrong
 * when OpenSSL 3 wrote the file. Throws as `openP12` does.
 */
export function reencodeP12(profile: string, input: P12Input, sha1s: readonly string[], newPassword: string): Buffer {
  const { identities, others } = openP12(profile, input);
  const wanted = identities.filter(({ facts }) => sha1s.includes(facts.sha1));
  const content = wanted.map(({ facts, certificate, pkcs8 }) => ({ name: facts.commonName, certificate, pkcs8 }));
  return writePkcs12({ identities: content, others }, newPassword);
}
