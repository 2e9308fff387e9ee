import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import type { SecurityProfile } from "../../protocol/job-folder/spec.ts";
import { bundleIdFailure, typeFailure } from "../../protocol/provisioning-rules.ts";
import type { JobContext } from "../job/context.ts";
import type { Widget } from "../job/findings.ts";

/**
 * What is wrong with the security profile ends the build here; answers what will be wrong soon. Throws
 * SIGNING_MATERIAL_MISSING and what the controller found.
 */
export function checkSigning(context: JobContext): string[] {
  return [...(signingProfile(context)?.warnings ?? [])];
}

/** Throws PROVISIONING_TYPE_MISMATCH, PROVISIONING_DEVICES_MISSING or PROVISIONING_BUNDLE_ID_MISMATCH. */
export function checkProvisioning(context: JobContext, widget: Widget): void {
  const profile = signingProfile(context);
  if (!profile) return;
  if (!profile.ios) {
    context.log.line("The provisioning profiles were not looked into yet: that comes when the app is signed");
    return;
  }
  const { buildType } = context.spec;
  const { provisioningProfiles } = profile.ios;
  const app = appIdOf(context, widget);
  const failure =
    typeFailure(profile.name, provisioningProfiles, buildType) ??
    bundleIdFailure(profile.name, provisioningProfiles, app);
  if (failure) throw new MillwrightError(failure);
  const names = provisioningProfiles.map(({ name, bundleId }) => `${name} (${bundleId})`).join(", ");
  context.log.line(`Signing ${app.bundleId} for ${buildType} with: ${names}`);
}

/** The bundle id that will be built, and who says it. */
export function appIdOf({ spec: { nativeConfig } }: JobContext, widget: Widget): { bundleId: string; source: string } {
  if (nativeConfig?.bundleId === undefined) return { bundleId: widget.iosId ?? widget.id, source: "config.xml" };
  return { bundleId: nativeConfig.bundleId, source: `the native config ${nativeConfig.name}` };
}

/** The profile that signs this build; undefined for builds that aren't signed by one. Throws as `checkSigning` does. */
export function signingProfile({ spec, materials }: JobContext): SecurityProfile | undefined {
  const { platform, buildType, securityProfile: profile } = spec;
  const signed = platform === "ios" ? buildType !== "simulator" : buildType === "release";
  if (!signed) return undefined;
  if (profile?.failure) throw new MillwrightError(profile.failure);
  if (profile && materials.has("signing")) return profile;
  const holds = platform === "ios" ? "ios signing material" : `${platform} keystore`;
  const reason = profile
    ? `The security profile ${profile.name} holds no ${holds}.`
    : "The build was started without a security profile.";
  throw errorOf("SIGNING_MATERIAL_MISSING", { type: buildType, platform, reason });
}
