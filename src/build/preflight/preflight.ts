import { platform } from "node:os";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { BUILD_TYPES } from "../../protocol/build-types.ts";
import { checkPackageType } from "../cordova/android-arguments.ts";
import { choosePlatformVersion } from "../cordova/platform-version.ts";
import { choosePackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { type AppFacts, known } from "../job/findings.ts";
import { OK, type Step, warning } from "../job/step.ts";
import { checkNativeConfig, checkWidget } from "../native-config/check.ts";
import { checkPluginVariables } from "../native-config/plugin-variables.ts";
import { checkAndroidSdk } from "./android-sdk.ts";
import { checkDisk } from "./disk.ts";
import { chooseJdk } from "./jdk.ts";
import { chooseNode } from "./node-version.ts";
import { checkPrograms } from "./programs.ts";

/** Checks all that can be known before the first slow step: host, signing, options. */
export const preflightStep: Step = {
  id: "preflight",
  async run(context) {
    await checkDisk(context);
    checkBuildType(context);
    const app = known(context.found, "app");
    const manager = choosePackageManager(app);
    chooseNode(context);
    checkPrograms(context, manager);
    context.log.line(`Dependencies: ${app.commands.install ?? `${manager.name} (${manager.because})`}`);
    if (context.spec.kind === "deploy") return OK;
    checkOverrides(context, app);
    if (context.spec.platform === "ios") refuseIos(context);
    const warnings = checkSigning(context);
    const { spec: version } = choosePlatformVersion(app, context.host.platformVersions, "android");
    checkAndroidSdk(context, { version, preferences: preferencesOf(context, app) });
    if (/^\d+\.\d+/.test(version)) checkPackageType(context.spec.packageType, version);
    await chooseJdk(context, version);
    return warnings.length > 0 ? warning(warnings.join(" ")) : OK;
  },
};

/** The id and version that will be built, whoever says them, and what the native config changes. */
function checkOverrides(context: JobContext, app: AppFacts): void {
  const { nativeConfig, platform: target } = context.spec;
  if (nativeConfig) checkNativeConfig(nativeConfig, target);
  if (nativeConfig) checkPluginVariables(nativeConfig, app);
  if (app.widget && target === "android") checkWidget(app.widget, nativeConfig);
}

/** As config.xml will be when the native config was applied; names in lower case. */
function preferencesOf(context: JobContext, app: AppFacts): Record<string, string> {
  const overrides = Object.entries(context.spec.nativeConfig?.preferences ?? {});
  return {
    ...app.widget?.preferences,
    ...Object.fromEntries(overrides.map(([name, value]) => [name.toLowerCase(), value])),
  };
}

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

/** What is wrong with the security profile ends the build here; answers what will be wrong soon. */
function checkSigning(context: JobContext): string[] {
  const { spec } = context;
  if (spec.buildType !== "release") return [];
  const profile = spec.securityProfile;
  if (!profile || !context.materials.has("signing")) {
    const reason = profile
      ? `The security profile ${profile.name} holds no ${spec.platform} keystore.`
      : "The build was started without a security profile.";
    throw errorOf("SIGNING_MATERIAL_MISSING", { type: spec.buildType, platform: spec.platform, reason });
  }
  if (profile.failure) throw new MillwrightError(profile.failure);
  return profile.warnings ?? [];
}
