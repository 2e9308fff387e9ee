import { type Failure, failureOf } from "../base/errors/millwright-error.ts";

/** What of a provisioning profile decides which builds it may sign. */
export interface ProvisioningRules {
  name: string;
  /** Without the team's prefix; `*` and `com.example.*` cover many apps. */
  bundleId: string;
  /** The build type that it is for. */
  type: string;
  /** How many devices may run the app; 0 where they aren't named. */
  devices: number;
}

/** Whether a provisioning profile with this bundle id may sign the app of that id. */
export function coversBundleId(pattern: string, bundleId: string): boolean {
  return pattern.endsWith("*") ? bundleId.startsWith(pattern.slice(0, -1)) : pattern === bundleId;
}

/** The provisioning profile of the app itself, in whatever order they were given: for just its id, else by the longest pattern. */
export function ownProvisioningProfile<P extends { bundleId: string }>(
  profiles: readonly P[],
  bundleId: string,
): P | undefined {
  const weight = (profile: P) => (profile.bundleId === bundleId ? Number.POSITIVE_INFINITY : profile.bundleId.length);
  return profiles
    .filter((profile) => coversBundleId(profile.bundleId, bundleId))
    .reduce<P | undefined>(
      (best, each) => (best === undefined || weight(each) > weight(best) ? each : best),
      undefined,
    );
}

/** Why these provisioning profiles can't sign a build of this type, whatever the app; undefined when they can. */
export function typeFailure(
  profile: string,
  profiles: readonly ProvisioningRules[],
  buildType: string,
): Failure | undefined {
  const other = profiles.find(({ type }) => type !== buildType);
  if (other) {
    return failureOf("PROVISIONING_TYPE_MISMATCH", { profile, name: other.name, type: other.type, wanted: buildType });
  }
  const lonely = profiles.find(({ type, devices }) => (type === "ad-hoc" || type === "development") && devices === 0);
  return lonely && failureOf("PROVISIONING_DEVICES_MISSING", { profile, name: lonely.name, type: lonely.type });
}

/** Why none of these provisioning profiles can sign the app of that id; `source` says where the id comes from. */
export function bundleIdFailure(
  profile: string,
  profiles: readonly ProvisioningRules[],
  app: { bundleId: string; source: string },
): Failure | undefined {
  if (profiles.length === 0 || ownProvisioningProfile(profiles, app.bundleId)) return undefined;
  const covered = profiles.map(({ name, bundleId }) => `${name} (${bundleId})`).join(", ");
  return failureOf("PROVISIONING_BUNDLE_ID_MISMATCH", { profile, ...app, covered });
}
