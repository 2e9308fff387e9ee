import { errorOf } from "../../base/errors/millwright-error.ts";
import { appleIdentity } from "../apple/signing-certificate.ts";
import { type CertificateFacts, certificateFacts } from "../certificate.ts";
import { openJks } from "../jks/open-jks.ts";
import { belongTogether } from "../key-pair.ts";
import type { KeystoreEntry } from "../keystore-entry.ts";
import { javaEntries } from "../pkcs12/java-entries.ts";
import { Stretching } from "../pkcs12/key-derivation.ts";
import { openPkcs12 } from "../pkcs12/open-pkcs12.ts";
import { printable } from "../printable.ts";
import { chooseEntry } from "./choose-entry.ts";
import { keystoreError } from "./keystore-error.ts";
import { type GivenFile, type KeystoreFormat, keystoreFormat } from "./keystore-format.ts";

export interface KeystoreInput extends GivenFile {
  storePassword: string;
  alias: string;
  keyPassword: string;
}

export interface KeystoreFacts {
  format: KeystoreFormat;
  /** As the keystore spells it. */
  alias: string;
  /** Names of all entries, also of those that hold no private key. */
  aliases: string[];
  certificate: CertificateFacts;
}

/**
 * Opens a keystore as Gradle's Java will, and the key in it too. Throws only MillwrightErrors, those of the signing catalogue;
 * KEYSTORE_ALGORITHM_UNSUPPORTED alone doesn't mean that Java couldn't use it. Takes the time of the file's own key stretching,
 * which is bounded.
 */
export function readKeystore(profile: string, input: KeystoreInput): KeystoreFacts {
  const format = keystoreFormat(profile, input);
  const open = opener(format, input.bytes);
  try {
    const entries = open(input.storePassword);
    refuseApple(profile, input.fileName, entries);
    const entry = chooseEntry(profile, input.fileName, entries, input.alias);
    const certificate = openEntry(profile, input, entry);
    return { format, alias: entry.alias, aliases: entries.map(({ alias }) => alias), certificate };
  } catch (thrown) {
    throw keystoreError(profile, input.fileName, thrown, () => passwordHint(open, input));
  }
}

function opener(format: KeystoreFormat, bytes: Buffer): (password: string) => KeystoreEntry[] {
  if (format === "jks") return (password) => openJks(bytes, password);
  const stretching = new Stretching();
  return (password) => javaEntries(openPkcs12(bytes, password, stretching));
}

/** People with two files ending in .p12 give the wrong one. Gradle would sign with it, and no store would take the app. */
function refuseApple(profile: string, file: string, entries: readonly KeystoreEntry[]): void {
  const leaves = entries.flatMap(({ kind, certificates }) => (kind === "key" ? certificates.slice(0, 1) : []));
  const apple = leaves.map(appleIdentity).find(({ kind }) => kind !== "other");
  if (apple) throw errorOf("APPLE_P12_AS_KEYSTORE", { profile, file, certificate: printable(apple.commonName) });
}

function openEntry(profile: string, input: KeystoreInput, entry: KeystoreEntry): CertificateFacts {
  const values = { profile, file: input.fileName, alias: printable(entry.alias) };
  const key = entry.openKey(input.keyPassword);
  if (!key) {
    const same = input.keyPassword !== input.storePassword && entry.openKey(input.storePassword);
    const reason = same
      ? "It opens with the password of the keystore: keytool gives both the same one in PKCS12 keystores."
      : "The keystore itself opens, so only the password of the key is wrong.";
    throw errorOf("KEY_PASSWORD_WRONG", { ...values, reason });
  }
  const [leaf] = entry.certificates;
  if (!leaf)
    throw errorOf("KEY_CERTIFICATE_MISMATCH", { ...values, reason: "The entry holds no certificate for its key." });
  if (belongTogether(leaf, key) === false) {
    throw errorOf("KEY_CERTIFICATE_MISMATCH", {
      ...values,
      reason: "The certificate of the entry is that of another key.",
    });
  }
  return certificateFacts(leaf);
}

/** What people do wrong with a password most often, tried out: a sentence, or nothing. */
function passwordHint(open: (password: string) => unknown, input: KeystoreInput): string {
  const opens = (password: string) => {
    try {
      open(password);
      return true;
    } catch {
      return false; // not this one either
    }
  };
  const { storePassword, keyPassword } = input;
  const bare = storePassword.trim();
  if (bare !== storePassword && opens(bare)) return "It opens without the blanks or line ends around the password.";
  if (keyPassword !== storePassword && opens(keyPassword)) {
    return "It opens with the password of the key: the two may be exchanged.";
  }
  return "";
}
