import type { Selectable } from "kysely";
import { type Failure, failureOf } from "../../base/errors/millwright-error.ts";
import { type HostPlatform, type Platform, whyNotAllowed } from "../../protocol/build-types.ts";
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
}

/** What is known now about signing such a build, without opening anything. `row` is the profile's; it may be gone. */
export function signingStateOf(
  { platform, buildType, profile }: SignedBuild,
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
  const reason = whyNotAllowed(stored.type, platform, buildType) ?? provisionedForOther(stored, platform, buildType);
  if (reason !== undefined) {
    return {
      failure: failureOf("BUILD_TYPE_NOT_ALLOWED", { profile, type: buildType, platform, reason }),
      warnings: [],
    };
  }
  return validityOf(profile, stored, nowMs, platform);
}

/** The build types of ios are the types of Apple's provisioning profiles. */
function provisionedForOther({ report }: StoredProfile, platform: Platform, buildType: string): string | undefined {
  const profiles = platform === "ios" ? (report?.ios?.provisioningProfiles ?? []) : [];
  const other = profiles.find(({ type }) => type !== buildType);
  return other && `Its provisioning profile ${other.name} is one for ${other.type} builds.`;
}

function needsProfile(platform: HostPlatform, buildType: string): platform is Platform {
  if (platform === "android") return buildType === "release";
  return platform === "ios" && buildType !== "simulator";
}
