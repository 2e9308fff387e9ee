import { platform } from "node:os";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { BUILD_TYPES } from "../../protocol/build-types.ts";
import { checkPackageType } from "../cordova/android-arguments.ts";
import { choosePlatformVersion } from "../cordova/platform-version.ts";
import { choosePackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";
import { OK, type Step } from "../job/step.ts";
import { checkNativeConfig } from "../native-config/check.ts";
import { checkAndroidSdk } from "./android-sdk.ts";
import { checkDisk } from "./disk.ts";
import { checkJdk } from "./jdk.ts";
import { checkPrograms } from "./programs.ts";

/** Checks all that can be known before the first slow step: host, signing, options. */
export const preflightStep: Step = {
  id: "preflight",
  async run(context) {
    await checkDisk(context);
    checkBuildType(context);
    const app = known(context.found, "app");
    const manager = choosePackageManager(app);
    checkPrograms(context, manager);
    context.log.line(`Dependencies: ${manager.name} (${manager.because})`);
    if (context.spec.kind === "deploy") return OK;
    if (context.spec.nativeConfig) checkNativeConfig(context.spec.nativeConfig, context.spec.platform);
    if (context.spec.platform === "ios") refuseIos(context);
    checkSigning(context);
    checkAndroidSdk(context);
    const version = choosePlatformVersion(app, context.host.platformVersions, "android");
    if (/^\d+\.\d+/.test(version.spec)) checkPackageType(context.spec.packageType, version.spec);
    await checkJdk(context, version.spec);
    return OK;
  },
};

function checkBuildType(context: JobContext): void {
  const { kind, platform: target, buildType } = context.spec;
  if (kind === "deploy" || target === "web") return;
  const types = BUILD_TYPES[target];
  if (types?.includes(buildType)) return;
  throw errorOf("BUILD_TYPE_UNKNOWN", { platform: target, type: buildType, types: (types ?? []).join(", ") });
}

function refuseIos(context: JobContext): never {
  const reason =
    platform() === "darwin"
      ? "This version of the agent builds for android and the web; its ios builds are not there yet."
      : `Only macOS can build for ios, and this host runs ${platform()}.`;
  throw errorOf("XCODE_MISSING", { host: context.host.agentName, reason });
}

function checkSigning(context: JobContext): void {
  const { spec } = context;
  if (spec.buildType !== "release" || context.materials.has("signing")) return;
  const reason = spec.securityProfile
    ? `The security profile ${spec.securityProfile.name} holds no ${spec.platform} keystore.`
    : "The build was started without a security profile.";
  throw errorOf("SIGNING_MATERIAL_MISSING", { type: spec.buildType, platform: spec.platform, reason });
}
