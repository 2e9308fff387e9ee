import type { Identity } from "../../keychain/identities.ts";
import { type Machine, nowMs } from "../../machine/machine.ts";
import { covers, installedProfiles, type Profile } from "../../profiles/installed-profiles.ts";
import { choosableIdentities, titleOf } from "../../signing/identity-choice.ts";
import type { SelectedXcode } from "../../xcode/selected-xcode.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import { SigningTrouble } from "./trouble.ts";

export interface Chosen {
  identity: Identity;
  profile: Profile;
}

interface Wanted {
  machine: Machine;
  xcode: SelectedXcode;
  target: string;
  settings: BuildSettings;
}

/** The profile and the identity that manual signing asks for. Throws `SigningTrouble`. */
export function chooseManually({ machine, xcode, target, settings }: Wanted): Chosen {
  const team = settings.value("DEVELOPMENT_TEAM");
  const specifier = settings.value("PROVISIONING_PROFILE_SPECIFIER");
  const uuid = settings.value("PROVISIONING_PROFILE");
  if (specifier === "" && uuid === "") {
    const hint = "Select a provisioning profile in the Signing & Capabilities editor.";
    throw new SigningTrouble(`"${target}" requires a provisioning profile. ${hint}`);
  }
  const all = installedProfiles(machine, xcode.version);
  const profile = all.find((each) => each.team === team && (specifier ? isMeant(each, specifier) : each.uuid === uuid));
  if (!profile) throw noProfile(team, specifier || uuid);
  checkDate(machine, profile);
  checkBundleId(profile, settings.value("PRODUCT_BUNDLE_IDENTIFIER"));
  const selector = settings.value("CODE_SIGN_IDENTITY");
  return { profile, identity: identityFor(machine, selector, team, profile) };
}

function isMeant({ name, uuid, team }: Profile, specifier: string): boolean {
  return [name, uuid, `${team}/${name}`].includes(specifier);
}

function noProfile(team: string, specifier: string): SigningTrouble {
  const what = `No profile for team '${team}' matching '${specifier}' found:`;
  const why = `Xcode couldn't find any provisioning profiles matching '${team}/${specifier}'.`;
  const hint =
    "Install the profile (by dragging and dropping it onto Xcode's dock item) or select a different one in the Signing & Capabilities tab of the target editor.";
  return new SigningTrouble(`${what} ${why} ${hint}`);
}

export function checkDate(machine: Machine, { name, expires }: Profile): void {
  if (expires.getTime() > nowMs(machine)) return;
  const day = expires.toLocaleDateString("en-US", { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  throw new SigningTrouble(`Provisioning profile "${name}" expired on ${day}.`);
}

export function checkBundleId(profile: Profile, bundleId: string): void {
  if (covers(profile, bundleId)) return;
  const { name, appId } = profile;
  const what = `Provisioning profile "${name}"`;
  throw new SigningTrouble(
    `${what} has app ID "${appId}", which does not match the bundle ID "${bundleId}".`,
    `${what} doesn't match the entitlements file's value for the application-identifier entitlement.`,
  );
}

/** Of the identities that `selector` means, one that the profile allows. Throws `SigningTrouble`. */
export function identityFor(machine: Machine, selector: string, team: string, profile: Profile): Identity {
  const found = choosableIdentities(machine, selector, team);
  const [first] = found;
  if (!first) throw noCertificate(selector, team);
  const allowed = found.find(({ sha1 }) => profile.certificates.includes(sha1));
  if (allowed) return allowed;
  const name = `Provisioning profile "${profile.name}"`;
  throw new SigningTrouble(`${name} doesn't include signing certificate "${first.commonName}".`);
}

export function noCertificate(selector: string, team: string): SigningTrouble {
  const title = titleOf(selector);
  const why = `No "${title}" signing certificate matching team ID "${team}" with a private key was found.`;
  return new SigningTrouble(`No signing certificate "${title}" found: ${why}`);
}
