import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { authorityOf } from "../certificates/authority.ts";
import { certificateOf } from "../certificates/certificate.ts";
import { tryOpenssl } from "../certificates/openssl.ts";
import { type Machine, profileHome } from "../machine/machine.ts";
import { type Dictionary, dictionaryIn, isDictionary, listIn, textIn, textsIn } from "../plists/dictionary.ts";
import { parseAnyPlist } from "../plists/plist-file.ts";
import { isAtLeast } from "../xcode/selected-xcode.ts";
import type { ProfileType } from "./make-profile.ts";

export interface Profile {
  bytes: Buffer;
  name: string;
  uuid: string;
  team: string;
  /** "TEAM.com.example.app" */
  appId: string;
  type: ProfileType;
  expires: Date;
  entitlements: Dictionary;
  /** Upper-case hex. */
  certificates: string[];
  managed: boolean;
}

/** The profiles that an Xcode finds: from version 16 on it looks in two folders. What Apple hasn't signed is passed over. */
export function installedProfiles(machine: Machine, xcodeVersion: string): Profile[] {
  const home = profileHome(machine);
  const old = join(home, "Library/MobileDevice/Provisioning Profiles");
  const fresh = join(home, "Library/Developer/Xcode/UserData/Provisioning Profiles");
  const folders = isAtLeast(xcodeVersion, "16") ? [fresh, old] : [old];
  const profiles = folders.flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) =>
      name.endsWith(".mobileprovision") ? profilesIn(machine, join(folder, name)) : [],
    ),
  );
  return profiles.filter(({ uuid }, index) => profiles.findIndex((each) => each.uuid === uuid) === index);
}

/** None where it was taken away since the folder was listed: builds of others come and go. */
function profilesIn(machine: Machine, file: string): Profile[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return readProfile(machine, bytes);
}

/** None where the file isn't a profile that Apple has signed. */
export function readProfile(machine: Machine, bytes: Buffer): Profile[] {
  const { root } = authorityOf(machine.root);
  const args = ["cms", "-verify", "-inform", "der", "-CAfile", root.certificate, "-purpose", "any"];
  const { ok, stdout } = tryOpenssl(args, { input: bytes });
  if (!ok) return [];
  const plist = parseAnyPlist(stdout);
  return isDictionary(plist) ? [profileOf(bytes, plist)] : [];
}

function profileOf(bytes: Buffer, plist: Dictionary): Profile {
  const entitlements = dictionaryIn(plist, "Entitlements");
  const expires = plist["ExpirationDate"];
  const certificates = listIn(plist, "DeveloperCertificates");
  return {
    bytes,
    name: textIn(plist, "Name") ?? "",
    uuid: textIn(plist, "UUID") ?? "",
    team: textsIn(plist, "TeamIdentifier")[0] ?? "",
    appId: textIn(entitlements, "application-identifier") ?? "",
    type: typeOf(plist, entitlements),
    expires: expires instanceof Date ? expires : new Date(0),
    entitlements,
    certificates: certificates.flatMap((each) => (each instanceof Uint8Array ? [certificateOf(each).sha1] : [])),
    managed: plist["IsXcodeManaged"] === true,
  };
}

function typeOf(plist: Dictionary, entitlements: Dictionary): ProfileType {
  if (plist["ProvisionsAllDevices"] === true) return "enterprise";
  if (listIn(plist, "ProvisionedDevices").length === 0) return "app-store";
  return entitlements["get-task-allow"] === true ? "development" : "ad-hoc";
}

/** Whether a profile's app ID, which may end with a star, covers a bundle id. */
export function covers({ appId }: Profile, bundleId: string): boolean {
  const pattern = bundlePattern(appId);
  return pattern.endsWith("*") ? bundleId.startsWith(pattern.slice(0, -1)) : pattern === bundleId;
}

/** The app ID without its prefix. */
export function bundlePattern(appId: string): string {
  return appId.slice(appId.indexOf(".") + 1);
}
