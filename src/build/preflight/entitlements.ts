import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { type EntitlementGrant, entitlementFailure, entitlementWarnings } from "../../protocol/entitlement-rules.ts";
import type { SecurityProfile } from "../../protocol/job-folder/spec.ts";
import { ownProvisioningProfile } from "../../protocol/provisioning-rules.ts";
import { readCommitFile } from "../checkout/commit-tree.ts";
import { iosConfiguration } from "../cordova/ios-arguments.ts";
import { replacesEntitlements } from "../entitlements/generated.ts";
import { type ChangesOf, lostEntitlements, wantedEntitlements } from "../entitlements/wanted.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts, Widget } from "../job/findings.ts";
import type { LocalPlugin } from "./local-plugins.ts";
import { appIdOf, signingProfile } from "./signing.ts";

/**
 * Holds the entitlements that config.xml and the plugins of the repository ask for against the app's own provisioning
 * profile; answers warnings. What other plugins ask for is known when they are installed. Throws ENTITLEMENT_NOT_IN_PROFILE.
 */
export async function checkEntitlements(
  context: JobContext,
  app: AppFacts,
  widget: Widget,
  plugins: readonly LocalPlugin[],
): Promise<string[]> {
  const security = signingProfile(context);
  if (!security) return [];
  const config: ChangesOf = { source: "config.xml", changes: widget.plistChanges ?? [] };
  const all: ChangesOf[] = plugins.map(({ file, plistChanges }) => ({ source: file, changes: plistChanges }));
  const warnings = [...all, config].flatMap(lostChanges);
  const grant = grantOf(security, appIdOf(context, widget).bundleId);
  const configuration = iosConfiguration(context.spec.buildType) === "debug" ? "Debug" : "Release";
  const wanted = wantedEntitlements([...all, config], configuration);
  if (!grant || wanted.length === 0 || (await hasOwnFile(context, app))) return warnings;
  const failure = entitlementFailure(grant, wanted);
  if (failure) throw new MillwrightError(failure);
  return [...warnings, ...entitlementWarnings(grant, wanted)];
}

/** Undefined where the controller hasn't looked into the provisioning profiles: that comes when the app is signed. */
function grantOf({ name: profile, ios }: SecurityProfile, bundleId: string): EntitlementGrant | undefined {
  const own = ownProvisioningProfile(ios?.provisioningProfiles ?? [], bundleId);
  if (!own?.entitlements) return undefined;
  return { profile, name: own.name, teamId: own.teamId, bundleId, entitlements: own.entitlements };
}

function lostChanges(each: ChangesOf): string[] {
  return lostEntitlements(each).map(
    ({ file, key }) =>
      `${each.source} writes ${key} into ${file}, and cordova-ios has no such file: the app is signed without it. Its files are Entitlements-Debug.plist and Entitlements-Release.plist.`,
  );
}

async function hasOwnFile(context: JobContext, { entries }: AppFacts): Promise<boolean> {
  const { subfolder } = context.found;
  if (!entries.has("build.json")) return false;
  return replacesEntitlements(
    await readCommitFile(context, subfolder === "" ? "build.json" : `${subfolder}/build.json`),
  );
}
