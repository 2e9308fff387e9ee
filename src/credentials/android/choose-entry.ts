import { closest } from "../../base/config/closest.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { KeystoreEntry } from "../keystore-entry.ts";
import { listed, printable } from "../printable.ts";

/**
 * The entry of that alias; case doesn't matter, as in Java's JKS and PKCS12. Throws KEY_ALIAS_MISSING, which names what there is,
 * and KEY_ENTRY_MISSING when it holds no private key.
 */
export function chooseEntry(
  profile: string,
  file: string,
  entries: readonly KeystoreEntry[],
  alias: string,
): KeystoreEntry {
  const keys = entries.filter(({ kind }) => kind === "key").map((entry) => entry.alias);
  const values = { profile, file, alias: printable(alias) };
  // Of several with one name Java keeps the last.
  const entry = entries.findLast((each) => each.alias.toLowerCase() === alias.toLowerCase());
  const reason = keys.length === 0 ? "It holds no private key at all." : `Its private keys are: ${listed(keys)}.`;
  if (!entry) {
    const near = closest(alias, keys);
    const hint = near === undefined ? "" : ` Did you mean ${printable(near)}?`;
    throw errorOf(
      "KEY_ALIAS_MISSING",
      { ...values, reason: `${reason}${hint}` },
      { detail: keys.map(printable).join("\n") },
    );
  }
  if (entry.kind === "key") return entry;
  const holds = entry.kind === "secret" ? "a secret key" : "a certificate";
  throw errorOf("KEY_ENTRY_MISSING", { ...values, holds, reason });
}
