import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identity } from "../keychain/identities.ts";
import { type Machine, profileHome } from "../machine/machine.ts";
import { type Profile, readProfile } from "./installed-profiles.ts";
import { makeProfile, type ProfileType } from "./make-profile.ts";

const NAMES: Record<ProfileType, string> = {
  development: "iOS Team Provisioning Profile",
  "ad-hoc": "iOS Team Ad Hoc Provisioning Profile",
  "app-store": "iOS Team Store Provisioning Profile",
  enterprise: "iOS Team Inhouse Provisioning Profile",
};

/** What -allowProvisioningUpdates gets from Apple: a profile that Xcode manages, installed where Xcode looks. */
export function issueManagedProfile(
  machine: Machine,
  type: ProfileType,
  bundleId: string,
  identities: readonly Identity[],
): Profile {
  const team = identities[0]?.team ?? "";
  const name = `${NAMES[type]}: ${bundleId}`;
  const made = makeProfile(machine.root, { type, name, bundleId, team, certificates: identities, managed: true });
  const folder = join(profileHome(machine), "Library/MobileDevice/Provisioning Profiles");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${made.uuid}.mobileprovision`), made.bytes);
  const [profile] = readProfile(machine, made.bytes);
  if (!profile) throw new Error("Apple's own profile can't be read");
  return profile;
}
