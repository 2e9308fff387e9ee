import { type Identity, identitiesIn, trustOf } from "../keychain/identities.ts";
import { keychainPath, loginKeychain, systemKeychain } from "../keychain/paths.ts";
import { wholeSearchList } from "../keychain/search-list.ts";
import { type Machine, macOSMajor } from "../machine/machine.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, out } from "../machine/tool.ts";

const POLICIES: Record<string, string> = { codesigning: "Code Signing", basic: "X.509 Basic" };

/** Ends with 0 also where nothing is found. */
export function findIdentity({ machine, argv }: Call): void {
  const options = readOptions("hp:s:v", argv, "Usage: find-identity [-h] [-p policy] [-s string] [-v] [keychain...]");
  const named = options.rest.map((name) => keychainPath(machine, name));
  const keychains = named.length > 0 ? named : wholeSearchList(machine);
  const identities = identitiesIn(keychains);
  const valid = identities.filter((identity) => isShownAsValid(machine, identity, named));
  if (!options.has("v")) tellAll(machine, identities, POLICIES[options.value("p") ?? "basic"] ?? "X.509 Basic", named);
  for (const [index, identity] of valid.entries()) out(line(index, identity));
  out(`     ${valid.length} valid identities found`);
  if (!options.has("v")) out("");
}

/** From macOS 26 on, what lies only in a temporary keychain that is named isn't called valid, though codesign can use it. */
function isShownAsValid(machine: Machine, identity: Identity, named: readonly string[]): boolean {
  if (trustOf(machine, identity, named) !== "") return false;
  const lasting = [loginKeychain(machine), systemKeychain(machine)];
  return macOSMajor(machine) < 26 || named.length === 0 || lasting.includes(identity.keychain);
}

function tellAll(machine: Machine, identities: readonly Identity[], policy: string, named: readonly string[]): void {
  out(`\nPolicy: ${policy}\n  Matching identities`);
  for (const [index, identity] of identities.entries()) {
    const trust = trustOf(machine, identity, named);
    out(`${line(index, identity)}${trust && ` (${trust})`}`);
  }
  out(`     ${identities.length} identities found\n\n  Valid identities only`);
}

function line(index: number, { sha1, commonName }: Identity): string {
  return `${`${index + 1}`.padStart(3)}) ${sha1} "${commonName}"`;
}
