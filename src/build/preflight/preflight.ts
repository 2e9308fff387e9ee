import { errorOf } from "../../base/errors/millwright-error.ts";
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
import { checkIos } from "./ios.ts";
import { chooseJdk } from "./jdk.ts";
import { chooseNode } from "./node-version.ts";
import { checkPinned } from "./pinned.ts";
import { checkPrograms } from "./programs.ts";
import { checkSigning } from "./signing.ts";

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
    checkPinned(context, manager);
    if (context.spec.kind === "deploy") return OK;
    checkOverrides(context, app);
    const warnings = checkSigning(context);
    if (context.spec.platform === "ios") warnings.push(...(await checkIos(context, app)));
    else await checkAndroid(context, app);
    return warnings.length > 0 ? warning(warnings.join(" ")) : OK;
  },
};

async function checkAndroid(context: JobContext, app: AppFacts): Promise<void> {
  const { spec: version } = choosePlatformVersion(app, context.host.platformVersions, "android");
  checkAndroidSdk(context, { version, preferences: preferencesOf(context, app) });
  if (/^\d+\.\d+/.test(version)) checkPackageType(context.spec.packageType, version);
  await chooseJdk(context, version);
}

/** The id and version that will be built, whoever says them, and what the native config changes. */
function checkOverrides(context: JobContext, app: AppFacts): void {
  const { nativeConfig, platform: target } = context.spec;
  if (nativeConfig) checkNativeConfig(nativeConfig, target);
  if (nativeConfig) checkPluginVariables(nativeConfig, app);
  if (app.widget && target !== "web") checkWidget(app.widget, nativeConfig, target);
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
