import { join } from "node:path";
import type { JobContext } from "../job/context.ts";
import { type CordovaTools, known } from "../job/findings.ts";
import { installCordova } from "./install-cordova.ts";
import { cordovaIn } from "./installed.ts";

/** The app's own cordova, else the version of the agent's configuration, installed when it isn't there yet. */
export async function findCordova(context: JobContext): Promise<CordovaTools> {
  const own = cordovaIn(known(context.found, "appFolder"));
  if (own) {
    context.log.line(`Cordova ${own.version} of the app's own dependencies`);
    return own;
  }
  const folder = join(context.host.toolsFolder, `cordova-${context.host.cordovaVersion}`);
  if (!cordovaIn(folder)) await installCordova(context, folder);
  const installed = cordovaIn(folder);
  if (!installed) throw new Error(`npm installed no cordova in ${folder}`);
  context.log.line(`Cordova ${installed.version} of the agent: the app brings none`);
  return installed;
}
