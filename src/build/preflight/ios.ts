import { choosePlatformVersion } from "../cordova/platform-version.ts";
import type { JobContext } from "../job/context.ts";
import type { AppFacts } from "../job/findings.ts";
import { checkCocoapods } from "./cocoapods.ts";
import { checkEntitlements } from "./entitlements.ts";
import { readLocalPlugins } from "./local-plugins.ts";
import { checkProvisioning } from "./signing.ts";
import { chooseXcode } from "./xcode.ts";

/** App Store Connect refuses others, but only when the app is uploaded. */
const STORE_VERSION = /^\d+(\.\d+){0,2}$/;

/** All that can be known of an ios build before anything is installed; answers warnings. Throws what would end it later. */
export async function checkIos(context: JobContext, app: AppFacts): Promise<string[]> {
  const plugins = await readLocalPlugins(context, app);
  const warnings: string[] = [];
  if (app.widget) {
    checkProvisioning(context, app.widget);
    warnings.push(...(await checkEntitlements(context, app, app.widget, plugins)));
  }
  const { spec: version } = choosePlatformVersion(app, context.host.platformVersions, "ios");
  warnings.push(...(await chooseXcode(context, version)));
  warnings.push(...(await checkCocoapods(context, app, version, plugins)));
  const shown = context.spec.nativeConfig?.version ?? app.widget?.version ?? "";
  if (context.spec.buildType === "app-store" && !STORE_VERSION.test(shown)) {
    warnings.push(`The App Store takes versions of up to three numbers, such as 1.4.2, and this one is ${shown}.`);
  }
  return warnings;
}
