import { nowMs } from "../../machine/machine.ts";
import { covers, installedProfiles } from "../../profiles/installed-profiles.ts";
import { issueManagedProfile } from "../../profiles/issue-managed-profile.ts";
import { choosableIdentities, genericUse, useOf } from "../../signing/identity-choice.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import type { BuildRequest } from "../project/target-settings.ts";
import { mayAskApple } from "./apple-account.ts";
import type { Chosen } from "./manual.ts";
import { identityFor, noCertificate } from "./manual.ts";
import { SigningTrouble } from "./trouble.ts";

/** The profile and the identity of automatic signing: always for development. Throws `SigningTrouble`. */
export function chooseAutomatically(request: BuildRequest, target: string, settings: BuildSettings): Chosen {
  const { machine, xcode, line } = request;
  const team = settings.value("DEVELOPMENT_TEAM");
  const bundleId = settings.value("PRODUCT_BUNDLE_IDENTIFIER");
  const selector = settings.value("CODE_SIGN_IDENTITY");
  checkConflicts(target, settings, selector);
  const identities = choosableIdentities(machine, "Apple Development", team);
  const profiles = installedProfiles(machine, xcode.version).filter(
    (each) => each.team === team && each.type === "development" && covers(each, bundleId),
  );
  const current = profiles.filter(({ expires }) => expires.getTime() > nowMs(machine));
  for (const profile of current) {
    const identity = identities.find(({ sha1 }) => profile.certificates.includes(sha1));
    if (identity) return { profile, identity };
  }
  const [profile] = current;
  if (profile) return { profile, identity: identityFor(machine, "Apple Development", team, profile) };
  const missing = `No profiles for '${bundleId}' were found: Xcode couldn't find any iOS App Development provisioning profiles matching '${bundleId}'.`;
  if (!line.flag("allowProvisioningUpdates")) {
    const why = "Automatic signing is disabled and unable to generate a profile.";
    throw new SigningTrouble(
      `${missing} ${why} To enable automatic signing, pass -allowProvisioningUpdates to xcodebuild.`,
    );
  }
  const answer = mayAskApple(request);
  if (answer !== "") throw new SigningTrouble(answer, missing);
  const [identity] = identities;
  if (!identity) throw noCertificate("Apple Development", team);
  return { identity, profile: issueManagedProfile(machine, "development", bundleId, identities) };
}

function checkConflicts(target: string, settings: BuildSettings, selector: string): void {
  const conflicting = `${target} has conflicting provisioning settings.`;
  const use = genericUse(selector) ?? useOf({ commonName: selector });
  if (use === "distribution") {
    const what = `${target} is automatically signed for development, but a conflicting code signing identity ${selector} has been manually specified.`;
    const hint =
      'Set the code signing identity value to "Apple Development" in the build settings editor, or switch to manual signing in the Signing & Capabilities editor.';
    throw new SigningTrouble(`${conflicting} ${what} ${hint}`);
  }
  const specifier = settings.value("PROVISIONING_PROFILE_SPECIFIER");
  if (specifier === "") return;
  const what = `${target} is automatically signed, but provisioning profile ${specifier} has been manually specified.`;
  const hint =
    'Set the provisioning profile value to "Automatic" in the build settings editor, or switch to manual signing in the Signing & Capabilities editor.';
  throw new SigningTrouble(`${conflicting} ${what} ${hint}`);
}
