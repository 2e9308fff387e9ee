import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { npmEnvironment } from "../install/npm-environment.ts";
import { runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { OK, type Step } from "../job/step.ts";
import { appflowVariables } from "../web/appflow-variables.ts";
import { findCordova } from "./find-cordova.ts";
import { versionOfPackage } from "./installed.ts";
import { choosePlatformVersion } from "./platform-version.ts";
import { PLUGIN_LINES, pluginFailure } from "./plugin-failures.ts";

/** Adds the platform to the checkout, in the version that the app or the agent names. */
export const platformStep: Step = {
  id: "platform",
  async run(context) {
    const cordova = await findCordova(context);
    context.found.cordova = cordova;
    const { platform } = context.spec;
    const appFolder = known(context.found, "appFolder");
    const chosen = choosePlatformVersion(known(context.found, "app"), context.host.platformVersions, platform);
    const spec = specFor(appFolder, platform, chosen.spec);
    context.log.line(`Adding ${spec}: ${chosen.because}`);
    const end = await runLogged(context, {
      step: "platform",
      command: cordova.command,
      args: ["platform", "add", spec, ...telemetryFlag(cordova.version)],
      cwd: appFolder,
      environment: cordovaEnvironment(context),
      noteworthy: PLUGIN_LINES,
    });
    const failure = pluginFailure(end);
    if (failure) throw failure;
    if (!end.ok) {
      const values = { platform: spec, exit: end.exit, reason: `cordova said: ${end.recent.reason()}` };
      throw errorOf("PLATFORM_ADD_FAILED", values, { detail: end.recent.telling().join("\n") });
    }
    noteVersion(context, appFolder, platform);
    return OK;
  },
};

/** Environment of every cordova call: the app's variables, no secrets. */
export function cordovaEnvironment(context: JobContext): Record<string, string> {
  return appEnvironment(context, { ...npmEnvironment(context), ...appflowVariables(context) });
}

/** cordova up to 12 asks about telemetry at its first use; 13 doesn't know the option any more. */
export function telemetryFlag(cordovaVersion: string): string[] {
  const major = Number(/^\d+/.exec(cordovaVersion)?.[0] ?? Number.NaN);
  return major < 13 ? ["--no-telemetry"] : [];
}

/** The exact version that the install step already brought, else what was asked for. */
function specFor(appFolder: string, platform: string, asked: string): string {
  const installed = versionOfPackage(join(appFolder, "node_modules", `cordova-${platform}`));
  if (installed) return `${platform}@${installed}`;
  if (asked === "") return platform;
  return /[:/]/.test(asked) ? asked : `${platform}@${asked}`;
}

function noteVersion(context: JobContext, appFolder: string, platform: string): void {
  const version = versionOfPackage(join(appFolder, "node_modules", `cordova-${platform}`));
  if (!version) {
    context.log.line(`Which cordova-${platform} was added can't be seen: it isn't in node_modules`);
    return;
  }
  context.found.platformVersion = version;
  context.log.line(`Added cordova-${platform} ${version}`);
}
