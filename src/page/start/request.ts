import type { BuildRequest } from "../../protocol/api.ts";
import { BUILD_TYPES, type PackageType } from "../../protocol/build-types.ts";

/** What stands in the form. Empty: not asked for. */
export interface Asked {
  commit: string;
  platform: "android" | "ios" | "web";
  buildType: string;
  packageType: PackageType | "";
  targetPlatform: string;
  securityProfile: string;
  environment: string;
  nativeConfig: string;
  buildFileName: string;
}

export const EMPTY: Asked = {
  commit: "",
  platform: "android",
  buildType: "debug",
  packageType: "",
  targetPlatform: "",
  securityProfile: "",
  environment: "",
  nativeConfig: "",
  buildFileName: "",
};

/** The fields that change when another platform is chosen. */
export function ofPlatform(platform: Asked["platform"]): Partial<Asked> {
  const buildType = platform === "web" ? "" : (BUILD_TYPES[platform][0] ?? "");
  return { platform, buildType, packageType: "", targetPlatform: "", securityProfile: "" };
}

/** The request, without what only the other kind of build has. */
export function requestOf(asked: Asked): BuildRequest {
  const { commit, platform, environment, buildFileName, targetPlatform } = asked;
  const shared = given({ environment, buildFileName, targetPlatform });
  if (platform === "web") return { kind: "deploy", commit: commit.trim(), ...shared };
  const { buildType, packageType, securityProfile, nativeConfig } = asked;
  const packaged = given({ packageType, securityProfile, nativeConfig });
  return { kind: "package", commit: commit.trim(), platform, buildType, ...shared, ...packaged };
}

function given(values: Record<string, string>): Partial<BuildRequest> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
}
