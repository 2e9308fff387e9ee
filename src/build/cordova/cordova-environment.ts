import { join } from "node:path";
import { npmEnvironment } from "../install/npm-environment.ts";
import { appflowVariables } from "../job/appflow-variables.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment, UTF8_LOCALE } from "../job/environment.ts";

/** Environment of every cordova call: the app's variables, no secrets. */
export function cordovaEnvironment(context: JobContext): Record<string, string> {
  const environment = appEnvironment(context, {
    ...npmEnvironment(context),
    ...appflowVariables(context),
    ...context.caches?.variables,
  });
  return context.spec.platform === "ios" ? { ...environment, ...macEnvironment(context) } : environment;
}

/**
 * Xcode and codesign look for keychains and provisioning profiles in the home folder of the user, and CocoaPods for its
 * specs. What npm and git find there is not the job's, so they are told to look into the job's own folder.
 */
function macEnvironment({ host }: JobContext): Record<string, string> {
  return {
    HOME: host.userHome,
    LANG: UTF8_LOCALE,
    LC_ALL: UTF8_LOCALE,
    npm_config_userconfig: join(host.scratch, ".npmrc"),
    GIT_CONFIG_GLOBAL: join(host.scratch, ".gitconfig"),
  };
}
