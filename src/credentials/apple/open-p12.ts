import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { isPkcs12 } from "../file-kind/binary-kinds.ts";
import { looksLike } from "../file-kind/looks-like.ts";
import { belongTogether } from "../key-pair.ts";
import type { Bags, CertificateBag, KeyBag } from "../pkcs12/bags.ts";
import { Stretching } from "../pkcs12/key-derivation.ts";
import { openPkcs12 } from "../pkcs12/open-pkcs12.ts";
import { listed } from "../printable.ts";
import { Unreadable } from "../unreadable.ts";
import { type AppleIdentity, appleIdentity } from "./signing-certificate.ts";

export interface P12Input {
  fileName: string;
  bytes: Buffer;
  /** May be empty. */
  password: string;
}

/** A certificate with its private key, both as DER. */
export interface OpenIdentity {
  facts: AppleIdentity;
  certificate: Buffer;
  pkcs8: Buffer;
}

export interface OpenP12 {
  identities: OpenIdentity[];
  /** Certificates without keys: of authorities. DER. */
  others: Buffer[];
}

/**
 * Opens an Apple p12 with all its keys. Throws only MillwrightErrors: P12_PASSWORD_WRONG, P12_UNREADABLE, P12_KEY_MISSING,
 * KEYSTORE_ALGORITHM_UNSUPPORTED.
 */
export function openP12(profile: string, { fileName, bytes, password }: P12Input): OpenP12 {
  const values = { profile, file: fileName };
  try {
    if (bytes.length === 0) throw new Unreadable("damaged", "The file is empty.");
    if (!isPkcs12(bytes)) throw new Unreadable("damaged", `It looks like ${looksLike(bytes).what}.`);
    const bags = openPkcs12(bytes, password, new Stretching());
    const identities = identitiesOf(bags, password);
    if (identities.length === 0) {
      const names = bags.certificates.map(({ der }) => appleIdentity(der).commonName);
      throw errorOf("P12_KEY_MISSING", { ...values, certificates: listed(names) || "nothing" });
    }
    const others = bags.certificates.map(({ der }) => der);
    return { identities, others: others.filter((der) => !identities.some((own) => own.certificate.equals(der))) };
  } catch (thrown) {
    throw p12Error(values, thrown);
  }
}

/** Each key is compared with each certificate, so their number is bounded. */
const MOST_COMPARISONS = 10_000;

function identitiesOf(bags: Bags, password: string): OpenIdentity[] {
  if (bags.keys.length * bags.certificates.length > MOST_COMPARISONS) {
    throw new Unreadable("algorithm", `It holds ${bags.keys.length} keys, more than a p12 for signing has.`);
  }
  const identities = bags.keys.flatMap((bag) => {
    const pkcs8 = bag.open(password);
    if (!pkcs8) throw new Unreadable("password", "");
    const certificate = certificateOf(bag, pkcs8, bags.certificates)?.der;
    return certificate ? [{ facts: appleIdentity(certificate), certificate, pkcs8 }] : [];
  });
  // A file merged of two may hold one identity twice.
  const sha1Of = ({ facts }: OpenIdentity) => facts.sha1;
  return identities.filter((each, index) => identities.findIndex((other) => sha1Of(other) === sha1Of(each)) === index);
}

function certificateOf(bag: KeyBag, key: Buffer, all: readonly CertificateBag[]): CertificateBag | undefined {
  const same = all.filter(({ localKeyId }) => localKeyId !== "" && localKeyId === bag.localKeyId);
  return [...same, ...all].find(({ der }) => belongTogether(der, key) ?? false);
}

function p12Error(values: { profile: string; file: string }, thrown: unknown): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown;
  const cause = thrown;
  const trouble = thrown instanceof Unreadable ? thrown.trouble : "damaged";
  const reason = thrown instanceof Unreadable ? thrown.message : "Its content contradicts its format.";
  if (trouble === "password") return errorOf("P12_PASSWORD_WRONG", values, { cause });
  if (trouble === "algorithm") return errorOf("KEYSTORE_ALGORITHM_UNSUPPORTED", { ...values, reason }, { cause });
  return errorOf("P12_UNREADABLE", { ...values, reason }, { cause });
}
