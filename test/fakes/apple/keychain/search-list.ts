import { existsSync } from "node:fs";
import { join } from "node:path";
import { keychainHome, type Machine } from "../machine/machine.ts";
import { type Dictionary, isDictionary, listIn, textIn } from "../plists/dictionary.ts";
import { readDictionary, writeXmlPlist } from "../plists/plist-file.ts";
import { loginKeychain, systemKeychain } from "./paths.ts";

/** The user's list, as stored: files in it may be missing. */
export function userSearchList(machine: Machine): string[] {
  const stored = preferences(machine);
  if (!stored["DLDBSearchList"]) return [loginKeychain(machine)];
  return listIn(stored, "DLDBSearchList").flatMap((each) => pathIn(each as Dictionary));
}

/** The user's list with the system's behind it. */
export function wholeSearchList(machine: Machine): string[] {
  return [...userSearchList(machine), systemKeychain(machine)];
}

/** The last writer wins, as on a Mac: nobody merges. */
export function setUserSearchList(machine: Machine, paths: readonly string[]): void {
  const DLDBSearchList = paths.map((path) => ({ DbName: path, SubserviceType: 6 }));
  writeXmlPlist(preferencesFile(machine), { ...preferences(machine), DLDBSearchList });
}

/** Undefined where none is set. */
export function defaultKeychain(machine: Machine): string | undefined {
  const stored = preferences(machine)["DefaultKeychain"];
  return isDictionary(stored) ? textIn(stored, "DbName") : undefined;
}

export function setDefaultKeychain(machine: Machine, path: string): void {
  writeXmlPlist(preferencesFile(machine), { ...preferences(machine), DefaultKeychain: { DbName: path } });
}

function preferences(machine: Machine): Dictionary {
  const file = preferencesFile(machine);
  return existsSync(file) ? readDictionary(file) : { DefaultKeychain: { DbName: loginKeychain(machine) } };
}

function preferencesFile(machine: Machine): string {
  return join(keychainHome(machine), "Library/Preferences/com.apple.security.plist");
}

function pathIn(entry: Dictionary): string[] {
  const path = isDictionary(entry) ? textIn(entry, "DbName") : undefined;
  return path ? [path] : [];
}
