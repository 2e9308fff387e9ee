import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { type CommandEnd, runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { OK, type Step } from "../job/step.ts";
import { npmEnvironment } from "./npm-environment.ts";
import { choosePackageManager, type PackageManager } from "./package-manager.ts";

/** What npm 7 to 11, Yarn 1, Yarn 2 to 4 and pnpm say when lock file and package.json differ. */
const MISMATCH =
  /can only install packages when your package\.json and .* are in sync|lockfile needs to be updated|YN0028|ERR_PNPM_OUTDATED_LOCKFILE/;

/** Installs the app's dependencies, exactly by the lock file where there is one. */
export const installStep: Step = {
  id: "install",
  async run(context) {
    const manager = choosePackageManager(known(context.found, "app"));
    const secrets = await context.materials.environmentSecrets();
    const end = await runLogged(context, {
      step: "install",
      command: manager.name,
      args: manager.args,
      cwd: known(context.found, "appFolder"),
      environment: appEnvironment(context, { ...npmEnvironment(context), ...cacheOf(context, manager), ...secrets }),
    });
    if (!end.ok) throw installFailure(manager, end);
    return OK;
  },
};

function cacheOf(context: JobContext, manager: PackageManager): Record<string, string> {
  if (manager.name === "yarn") return { YARN_CACHE_FOLDER: join(context.host.npmCache, "yarn") };
  if (manager.name === "pnpm") return { npm_config_store_dir: join(context.host.npmCache, "pnpm") };
  return {};
}

function installFailure(manager: PackageManager, end: CommandEnd) {
  const command = [manager.name, ...manager.args].join(" ");
  const detail = end.recent.telling().join("\n");
  if (end.recent.match(MISMATCH)) {
    return errorOf("LOCK_FILE_MISMATCH", { command, lockFile: manager.because, manager: manager.name }, { detail });
  }
  const reason = `${manager.name} said: ${end.recent.reason()}`;
  return errorOf("INSTALL_FAILED", { command, exit: end.exit, reason }, { detail });
}
