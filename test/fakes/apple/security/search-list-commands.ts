import { keychainPath, systemKeychain } from "../keychain/paths.ts";
import {
  defaultKeychain,
  setDefaultKeychain,
  setUserSearchList,
  userSearchList,
  wholeSearchList,
} from "../keychain/search-list.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, out, Refusal } from "../machine/tool.ts";
import { failed } from "./status.ts";

const DOMAINS = ["user", "system", "common", "dynamic"];

/** -s replaces the list without asking whether the files exist. */
export function listKeychains({ machine, argv }: Call): void {
  const options = readOptions("d:s", argv, "Usage: list-keychains [-d user|system|common|dynamic] [-s [keychain...]]");
  const domain = domainOf(options.value("d"));
  if (options.has("s")) {
    setUserSearchList(
      machine,
      options.rest.map((name) => keychainPath(machine, name)),
    );
    return;
  }
  const user = domain === undefined ? wholeSearchList(machine) : userSearchList(machine);
  const list = domain === undefined || domain === "user" ? user : [systemKeychain(machine)];
  for (const path of list) out(`    "${path}"`);
}

export function defaultKeychainCommand({ machine, argv }: Call): void {
  const options = readOptions("d:s", argv, "Usage: default-keychain [-d user|system|common|dynamic] [-s [keychain]]");
  domainOf(options.value("d"));
  if (options.has("s")) {
    setDefaultKeychain(machine, keychainPath(machine, options.rest[0] ?? ""));
    return;
  }
  const path = defaultKeychain(machine);
  if (path === undefined) throw failed("SecKeychainCopyDefault", -25307, 1);
  out(`    "${path}"`);
}

function domainOf(given: string | undefined): string | undefined {
  if (given !== undefined && !DOMAINS.includes(given)) throw new Refusal(2, `Invalid domain: ${given}`);
  return given;
}
