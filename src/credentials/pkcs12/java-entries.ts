import type { KeystoreEntry } from "../keystore-entry.ts";
import type { Bags, CertificateBag, KeyBag } from "./bags.ts";

/** What Java makes of a PKCS12 file: names for what has none, and the certificate that it takes for each key. */
export function javaEntries(bags: Bags): KeystoreEntry[] {
  let nameless = 0;
  const aliasOf = (bag: { friendlyName: string | undefined }) => bag.friendlyName ?? String(++nameless);
  const only = bags.keys.length === 1;
  // Among several keys Java passes over those that nothing ties to a certificate.
  const keys = bags.keys.filter((key) => only || key.localKeyId !== "");
  const entries: KeystoreEntry[] = keys.map((key) => {
    const alias = aliasOf(key);
    const certificate = certificateOf(key, alias, bags.certificates);
    return { alias, kind: "key", certificates: certificate ? [certificate.der] : [], openKey: key.open };
  });
  for (const bag of bags.secrets) entries.push(bare(aliasOf(bag), "secret", []));
  for (const bag of bags.certificates.filter(({ trusted }) => trusted)) {
    entries.push(bare(aliasOf(bag), "certificate", [bag.der]));
  }
  return entries;
}

function bare(alias: string, kind: "certificate" | "secret", certificates: Buffer[]): KeystoreEntry {
  return { alias, kind, certificates, openKey: () => undefined };
}

/** Same id and name, else same id, else same name; for a key without an id the first certificate that has none either. */
function certificateOf(key: KeyBag, alias: string, all: readonly CertificateBag[]): CertificateBag | undefined {
  const certificates = all.filter(({ trusted }) => !trusted);
  const sameId = certificates.filter(({ localKeyId }) => localKeyId !== "" && localKeyId === key.localKeyId);
  const hasName = (bag: CertificateBag) => bag.friendlyName?.toLowerCase() === alias.toLowerCase();
  const named = sameId.find(hasName) ?? sameId.at(-1) ?? certificates.findLast(hasName);
  if (named || key.localKeyId !== "") return named;
  return certificates.find(({ localKeyId }) => localKeyId === "");
}
