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
