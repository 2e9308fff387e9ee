import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { ProvisioningFacts } from "../../credentials/apple/read-provisioning-profile.ts";
import {
  type EntitlementGrant,
  entitlementFailure,
  entitlementWarnings,
  isEntitlementValue,
  type WantedEntitlement,
} from "../../protocol/entitlement-rules.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { readPropertyList } from "../product/ios/property-list.ts";

/** What is signed: the app's bundle id, and the configuration of Xcode that cordova is told. */
export interface SignedApp {
  appId: string;
  configuration: "debug" | "release";
}

/**
 * Holds the entitlements that config.xml and all plugins have written into the Xcode project against the app's own
 * provisioning profile, before the compiler is started. Throws ENTITLEMENT_NOT_IN_PROFILE.
 */
export function checkGeneratedEntitlements(context: JobContext, own: ProvisioningFacts, app: SignedApp): void {
  const name = `Entitlements-${app.configuration === "debug" ? "Debug" : "Release"}.plist`;
  const appFolder = known(context.found, "appFolder");
  const wanted = readEntitlements(join(appFolder, "platforms", "ios"), name);
  if (!own.entitlements || wanted.length === 0 || replacesEntitlements(textOf(join(appFolder, "build.json")))) return;
  const grant: EntitlementGrant = {
    profile: context.spec.securityProfile?.name ?? "",
    name: own.name,
    teamId: own.teamId,
    bundleId: app.appId,
    entitlements: own.entitlements,
  };
  const failure = entitlementFailure(grant, wanted);
  if (failure) throw new MillwrightError(failure);
  const keys = wanted.map(({ key }) => key).join(", ");
  context.log.line(`The provisioning profile ${own.name} allows the app's entitlements: ${keys}`);
  for (const warning of entitlementWarnings(grant, wanted)) context.log.line(`Note: ${warning}`);
}

/** Whether a build.json of the app has Xcode sign with other entitlements than those that cordova writes. */
export function replacesEntitlements(buildJson: string): boolean {
  return buildJson.includes("CODE_SIGN_ENTITLEMENTS");
}

/** Nothing where a hook has named another file: that is for Xcode to judge. */
function readEntitlements(ios: string, name: string): WantedEntitlement[] {
  const project = readdirSync(ios).find((entry) => entry.endsWith(".xcodeproj")) ?? "";
  const file = join(ios, project.replace(/\.xcodeproj$/, ""), name);
  if (!existsSync(file) || !isUsed(ios, project)) return [];
  const found = readPropertyList(readFileSync(file)) ?? {};
  return Object.entries(found).flatMap(([key, value]) =>
    isEntitlementValue(value) ? [{ key, value, source: `${name} of the Xcode project` }] : [],
  );
}

/** In the project itself from cordova-ios 7 on, before in an xcconfig, which the project's own settings would replace. */
function isUsed(ios: string, project: string): boolean {
  const settings = textOf(join(ios, project, "project.pbxproj")).match(/CODE_SIGN_ENTITLEMENTS = .*/g);
  return settings === null || settings.some((setting) => setting.includes("Entitlements-$(CONFIGURATION).plist"));
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
