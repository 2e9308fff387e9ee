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

/** The certificates of a p12 whose private keys are in it too. */
export interface P12Facts {
  identities: AppleIdentity[];
}

/**
 * Opens an Apple p12 with all its keys; certificates of authorities in it are left out. Throws only MillwrightErrors:
 * P12_PASSWORD_WRONG, P12_UNREADABLE, P12_KEY_MISSING, KEYSTORE_ALGORITHM_UNSUPPORTED.
 */
export function readP12(profile: string, { fileName, bytes, password }: P12Input): P12Facts {
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
    return { identities };
  } catch (thrown) {
    throw p12Error(values, thrown);
  }
}

/** Each key is compared with each certificate, so their number is bounded. */
const MOST_COMPARISONS = 10_000;

function identitiesOf(bags: Bags, password: string): AppleIdentity[] {
  if (bags.keys.length * bags.certificates.length > MOST_COMPARISONS) {
    throw new Unreadable("algorithm", `It holds ${bags.keys.length} keys, more than a p12 for signing has.`);
  }
  const identities = bags.keys.flatMap((bag) => {
    const key = bag.open(password);
    if (!key) throw new Unreadable("password", "");
    const certificate = certificateOf(bag, key, bags.certificates);
    return certificate ? [appleIdentity(certificate.der)] : [];
  });
  // A file merged of two may hold one identity twice.
  return identities.filter(({ sha1 }, index) => identities.findIndex((other) => other.sha1 === sha1) === index);
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
