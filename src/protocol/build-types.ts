/** What can be built, for requests, dispatch and the pipeline alike. */
export const PLATFORMS = ["android", "ios"] as const;
export type Platform = (typeof PLATFORMS)[number];

export const BUILD_TYPES: Readonly<Record<Platform, readonly string[]>> = {
  android: ["debug", "release"],
  ios: ["development", "ad-hoc", "app-store", "enterprise", "simulator"],
};

/** What a host must be able to build: a platform, or `web` for deploy builds. */
export type HostPlatform = Platform | "web";

/** Package: an app file. Deploy: the web build alone, stored as a zip. */
export const BUILD_KINDS = ["package", "deploy"] as const;
export type BuildKind = (typeof BUILD_KINDS)[number];

/** Which file an Android build makes. */
export const PACKAGE_TYPES = ["apk", "aab"] as const;
export type PackageType = (typeof PACKAGE_TYPES)[number];

/** Appflow's words, in the order of a build's life. */
export const BUILD_STATUSES = ["pending", "queued", "running", "success", "failed", "canceled"] as const;
export type BuildStatus = (typeof BUILD_STATUSES)[number];

/** What the key of a security profile is for. */
export const PROFILE_TYPES = ["development", "production"] as const;
export type ProfileType = (typeof PROFILE_TYPES)[number];

/**
 * Why a profile of this type may not sign such a build; undefined when it may. What goes to a store or to customers needs
 * a production key; Apple's development builds need a development certificate.
 */
export function whyNotAllowed(type: ProfileType, platform: HostPlatform, buildType: string): string | undefined {
  const needed = NEEDED_PROFILE[platform]?.[buildType];
  return needed === undefined || needed === type ? undefined : `It is of type ${type}, and this needs ${needed}.`;
}

/** Debug and simulator builds aren't signed by a profile: any may be named. */
const NEEDED_PROFILE: Readonly<Record<HostPlatform, Readonly<Record<string, ProfileType>>>> = {
  android: { release: "production" },
  ios: { development: "development", "ad-hoc": "production", "app-store": "production", enterprise: "production" },
  web: {},
};
