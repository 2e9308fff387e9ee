import { type Certificate, certificateOf, isIssuedBy, isValidAt } from "../certificates/certificate.ts";
import { type Machine, nowMs } from "../machine/machine.ts";
import { type Keychain, readKeychain, type StoredKey } from "./keychain-file.ts";
import { systemKeychain } from "./paths.ts";
import { wholeSearchList } from "./search-list.ts";

/** A certificate with its private key, both in one keychain. */
export interface Identity extends Certificate {
  keychain: string;
  key: StoredKey;
}

export type Trust = "" | "CSSMERR_TP_CERT_EXPIRED" | "CSSMERR_TP_NOT_TRUSTED" | "CSSMERR_TP_CERT_REVOKED";

/** Those of some keychains, whether valid or not. Missing files are passed over. */
export function identitiesIn(keychains: readonly string[]): Identity[] {
  return keychains.flatMap((path) => {
    const keychain = readKeychain(path);
    return keychain ? identitiesOf(path, keychain) : [];
  });
}

function identitiesOf(path: string, { certificates, keys }: Keychain): Identity[] {
  const facts = certificates.map((der) => certificateOf(Buffer.from(der, "base64")));
  return facts.flatMap((certificate) => {
    const key = keys.find(({ publicKey }) => publicKey === publicKeyOf(certificate));
    return key ? [{ ...certificate, keychain: path, key }] : [];
  });
}

/** SubjectPublicKeyInfo in base64. */
export function publicKeyOf({ x509 }: Certificate): string {
  return x509.publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

export function certificatesIn(keychains: readonly string[]): Certificate[] {
  return keychains.flatMap((path) =>
    (readKeychain(path)?.certificates ?? []).map((der) => certificateOf(Buffer.from(der, "base64"))),
  );
}

/**
 * "" where the certificate may sign now. Its issuer must be in the search list or in `more`, and that one's in the
 * system's keychain.
 */
export function trustOf(machine: Machine, certificate: Certificate, more: readonly string[] = []): Trust {
  const now = nowMs(machine);
  if (!isValidAt(certificate, now)) return "CSSMERR_TP_CERT_EXPIRED";
  if (machine.settings.revoked.includes(certificate.sha1)) return "CSSMERR_TP_CERT_REVOKED";
  return chainOf(machine, certificate, more).length === 3 ? "" : "CSSMERR_TP_NOT_TRUSTED";
}

/** The certificate, its issuer and the root, as far as they are known and valid now. */
export function chainOf(machine: Machine, certificate: Certificate, more: readonly string[] = []): Certificate[] {
  const now = nowMs(machine);
  const issuerOf = (issued: Certificate, keychains: readonly string[]) =>
    certificatesIn(keychains).find((each) => isValidAt(each, now) && isIssuedBy(issued, each));
  const intermediate = issuerOf(certificate, [...more, ...wholeSearchList(machine)]);
  if (!intermediate) return [certificate];
  const root = issuerOf(intermediate, [systemKeychain(machine)]);
  return root ? [certificate, intermediate, root] : [certificate, intermediate];
}
