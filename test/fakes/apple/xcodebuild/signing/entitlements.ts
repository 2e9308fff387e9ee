import type { PlistValue } from "plist";
import type { Dictionary } from "../../plists/dictionary.ts";
import type { Profile } from "../../profiles/installed-profiles.ts";
import { SigningTrouble } from "./trouble.ts";

/** What Xcode calls the capability that an entitlement belongs to. */
const CAPABILITIES: Record<string, string> = {
  "aps-environment": "Push Notifications",
  "com.apple.developer.associated-domains": "Associated Domains",
  "com.apple.security.application-groups": "App Groups",
  "com.apple.developer.icloud-container-identifiers": "iCloud",
  "com.apple.developer.icloud-services": "iCloud",
  "com.apple.developer.in-app-payments": "Apple Pay",
  "com.apple.developer.applesignin": "Sign in with Apple",
  "com.apple.developer.healthkit": "HealthKit",
  "com.apple.developer.nfc.readersession.formats": "NFC Tag Reading",
  "com.apple.developer.networking.wifi-info": "Access Wi-Fi Information",
};

/** What Xcode calls a single value of an entitlement. */
const KINDS: Record<string, string> = {
  "com.apple.security.application-groups": "App Group",
  "com.apple.developer.icloud-container-identifiers": "iCloud Container",
};

/** Refuses what the app asks for and the profile doesn't give. */
export function checkEntitlements(wanted: Dictionary, profile: Profile): void {
  const missing = Object.keys(wanted).filter((key) => !(key in profile.entitlements));
  const named = `Provisioning profile "${profile.name}" doesn't`;
  const capabilities = [...new Set(missing.flatMap((key) => CAPABILITIES[key] ?? []))];
  const others = Object.entries(wanted)
    .map(([key, value]) => ({ key, values: notListed(value, profile.entitlements[key]) }))
    .filter(({ values }) => values.length > 0);
  const texts = [
    ...capabilities.map((capability) => `${named} support the ${capability} capability.`),
    ...missing.map((key) => `${named} include the ${key} entitlement.`),
    ...others.flatMap(({ key, values }) =>
      KINDS[key] ? values.map((value) => `${named} support the ${value} ${KINDS[key]}.`) : [],
    ),
    ...others.map(({ key }) => `${named} match the entitlements file's value for the ${key} entitlement.`),
  ];
  if (texts.length > 0) throw new SigningTrouble(...texts);
}

/** Of a list that is wanted, what the profile's list doesn't have; stars of the profile's stand for anything. */
function notListed(wanted: PlistValue, given: PlistValue | undefined): string[] {
  if (!Array.isArray(wanted) || !Array.isArray(given)) return [];
  const texts = (list: readonly PlistValue[]) => list.filter((each) => typeof each === "string");
  const fits = (value: string) => (pattern: string) =>
    pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
  return texts(wanted).filter((value) => !texts(given).some(fits(value)));
}

/** What the app is signed with: its own entitlements, with values of the profile, and those that every profile gives. */
export function entitlementsFor(wanted: Dictionary, profile: Profile, bundleId: string): Dictionary {
  const prefix = profile.appId.slice(0, profile.appId.indexOf("."));
  const given = profile.entitlements;
  const own = Object.entries(wanted).map(([key, value]) => [key, valueBy(value, given[key])] as const);
  const always = ["get-task-allow", "beta-reports-active"].flatMap((key) => {
    const value = given[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...Object.fromEntries(own),
    "application-identifier": `${prefix}.${bundleId}`,
    "com.apple.developer.team-identifier": profile.team,
    ...Object.fromEntries(always),
  };
}

/** "development" becomes "production" with a profile for distribution. */
function valueBy(wanted: PlistValue, given: PlistValue | undefined): PlistValue {
  return typeof wanted === "string" && typeof given === "string" ? given : wanted;
}
