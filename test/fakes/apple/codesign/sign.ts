import { existsSync } from "node:fs";
import { codesignFinds } from "../keychain/codesign-search.ts";
import { chainOf, type Identity } from "../keychain/identities.ts";
import { codesignMayUse } from "../keychain/key-access.ts";
import { keychainPath } from "../keychain/paths.ts";
import { absolute, type Machine } from "../machine/machine.ts";
import { err, Refusal } from "../machine/tool.ts";
import { readDictionary } from "../plists/plist-file.ts";
import { writeSignature } from "../signing/code-signature.ts";
import { storedSignature } from "../signing/seal.ts";
import type { CodesignCommand } from "./command-line.ts";

export function sign(machine: Machine, command: CodesignCommand, path: string, given: string): void {
  const { entitlementsFile: file } = command;
  if (storedSignature(path)) {
    if (!command.force) throw new Refusal(1, `${given}: is already signed`);
    err(`${given}: replacing existing signature`);
  }
  if (file !== undefined && !existsSync(absolute(machine, file))) {
    throw new Refusal(1, `${file}: cannot read entitlement data`);
  }
  const identity = command.identity === "-" ? undefined : identityFor(machine, command);
  if (identity) checkUsable(machine, identity, given);
  writeSignature(machine, path, identity, file === undefined ? {} : readDictionary(absolute(machine, file)));
}

function identityFor(machine: Machine, { identity, keychain }: CodesignCommand): Identity {
  const only = keychain === undefined ? undefined : keychainPath(machine, keychain);
  if (only !== undefined && !existsSync(only)) {
    throw new Refusal(1, "error: The specified item could not be found in the keychain.");
  }
  const [first, second] = codesignFinds(machine, identity, only);
  if (!first) throw new Refusal(1, `${identity}: no identity found`);
  if (!second) return first;
  const both = [first, second].map((each) => `"${each.commonName}" in ${each.keychain}`);
  throw new Refusal(1, `${identity}: ambiguous (matches ${both.join(" and ")})`);
}

function checkUsable(machine: Machine, identity: Identity, given: string): void {
  // A certificate that signed itself is a whole chain, though nobody trusts it.
  const { x509 } = identity;
  const ownIssuer = x509.subject === x509.issuer && x509.verify(x509.publicKey);
  const whole = ownIssuer || chainOf(machine, identity, [identity.keychain]).length === 3;
  if (!whole) {
    err(`Warning: unable to build chain to self-signed root for signer "${identity.commonName}"`);
    throw new Refusal(1, `${given}: errSecInternalComponent`);
  }
  if (!codesignMayUse(machine, identity)) throw new Refusal(1, `${given}: errSecInternalComponent`);
}
