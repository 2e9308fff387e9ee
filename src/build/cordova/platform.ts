import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { explain } from "../diagnosis/explain.ts";
import { withLogins } from "../install/logins.ts";
import { type CommandEnd, runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { type CordovaTools, known } from "../job/findings.ts";
import { OK, type Step } from "../job/step.ts";
import { checkApplied } from "../native-config/plugin-variables.ts";
import { cordovaEnvironment } from "./cordova-environment.ts";
import { findCordova } from "./find-cordova.ts";
import { versionOfPackage } from "./installed.ts";
import { choosePlatformVersion } from "./platform-version.ts";
import { PLUGIN_LINES, pluginFailure } from "./plugin-failures.ts";
import { telemetryFlag } from "./telemetry.ts";

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
    const add = () => addPlatform(context, cordova, spec);
    await (context.caches ? context.caches.insteadOfAdding(cordova, spec, add) : add());
    noteVersion(context, appFolder, platform);
    if (context.spec.nativeConfig) checkApplied(appFolder, context.spec.nativeConfig, platform);
    return OK;
  },
};

/** cordova fetches with npm and git what the install step didn't bring. */
async function addPlatform(context: JobContext, cordova: CordovaTools, spec: string): Promise<void> {
  const end = await withLogins(context, "platform", (logins) =>
    runLogged(context, {
      step: "platform",
      command: cordova.command,
      args: ["platform", "add", spec, ...telemetryFlag(cordova.version)],
      cwd: known(context.found, "appFolder"),
      environment: { ...cordovaEnvironment(context), ...logins },
      noteworthy: PLUGIN_LINES,
    }),
  );
  const failure = pluginFailure(context, "platform", end);
  if (failure) throw failure;
  if (!end.ok) throw addFailure(context, spec, end);
}

function addFailure(context: JobContext, platform: string, end: CommandEnd): Error {
  return explain(context, "platform", end, ({ reason, detail }) => {
    const values = { platform, exit: end.exit, reason: `cordova said: ${reason}` };
    return errorOf("PLATFORM_ADD_FAILED", values, { detail });
  });
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
