import type { Selectable } from "kysely";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import { type HostPlatform, type Platform, whyNotAllowed } from "../../protocol/build-types.ts";
import { bundleIdFailure, typeFailure } from "../../protocol/provisioning-rules.ts";
import type { SettingRow } from "../store/tables.ts";
import type { StoredProfile } from "./stored-profile.ts";
import { validityOf } from "./validity.ts";

export interface SigningState {
  /** Why the build can't be signed. */
  failure?: Failure;
  warnings: string[];
}

export interface SignedBuild {
  platform: HostPlatform;
  buildType: string;
  /** The name that the request gave. */
  profile: string | undefined;
  /** Where a native config says it; else the commit does. */
  bundleId?: string | undefined;
}

/** What is known now about signing such a build, without opening anything. `row` is the profile's; it may be gone. */
export function signingStateOf(
  { platform, buildType, profile, bundleId }: SignedBuild,
  row: Selectable<SettingRow> | undefined,
  nowMs: number,
): SigningState {
  if (!needsProfile(platform, buildType)) return { warnings: [] };
  const missing = (reason: string) => ({
    failure: failureOf("SIGNING_MATERIAL_MISSING", { platform, type: buildType, reason }),
    warnings: [],
  });
  if (profile === undefined) return missing("The request names no security profile.");
  if (!row) return missing(`The security profile ${profile} was removed while the build was waiting.`);
  const stored = JSON.parse(row.shown) as StoredProfile;
  if (!stored[platform]) return missing(`The security profile ${profile} holds nothing for ${platform}.`);
  const reason = whyNotAllowed(stored.type, platform, buildType);
  const failure =
    reason === undefined
      ? platform === "ios" && provisioningFailure(profile, stored, buildType, bundleId)
      : failureOf("BUILD_TYPE_NOT_ALLOWED", { profile, type: buildType, platform, reason });
  return failure ? { failure, warnings: [] } : validityOf(profile, stored, nowMs, platform);
}

/** The build types of ios are the types of Apple's provisioning profiles. */
function provisioningFailure(name: string, { report }: StoredProfile, buildType: string, bundleId?: string) {
  const profiles = report?.ios?.provisioningProfiles ?? [];
  const app = bundleId === undefined ? undefined : { bundleId, source: "the native config" };
  return typeFailure(name, profiles, buildType) ?? (app && bundleIdFailure(name, profiles, app));
}

/** Whether a build of this kind is signed with what its team brings. */
export function needsProfile(platform: HostPlatform, buildType: string): platform is Platform {
  if (platform === "android") return buildType === "release";
  return platform === "ios" && buildType !== "simulator";
}
