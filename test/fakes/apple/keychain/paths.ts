import { dirname, join } from "node:path";
import { absolute, keychainHome, type Machine } from "../machine/machine.ts";

/**
 * The file of a keychain that a person named. A bare name is one of ~/Library/Keychains; whatever lies in some user's
 * Library/Keychains gets "-db" at its end, everything else keeps its name.
 */
export function keychainPath(machine: Machine, name: string): string {
  const path = name.includes("/") ? absolute(machine, name) : join(userKeychains(machine), name);
  return isOfAUser(machine, path) && !path.endsWith("-db") ? `${path}-db` : path;
}

export function userKeychains(machine: Machine): string {
  return join(keychainHome(machine), "Library/Keychains");
}

export function loginKeychain(machine: Machine): string {
  return join(userKeychains(machine), "login.keychain-db");
}

export function systemKeychain({ root }: Machine): string {
  return join(root, "Library/Keychains/System.keychain");
}

function isOfAUser(machine: Machine, path: string): boolean {
  const folder = dirname(path);
  if (folder === userKeychains(machine)) return true;
  const home = dirname(dirname(folder));
  return folder === join(home, "Library/Keychains") && dirname(home) === join(machine.root, "Users");
}
