import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { explain } from "../diagnosis/explain.ts";
import { appflowVariables } from "../job/appflow-variables.ts";
import { type CommandEnd, runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { withSecrets } from "../job/secret-environment.ts";
import { OK, type Step } from "../job/step.ts";
import { withLogins } from "./logins.ts";
import { npmCacheFolder, npmEnvironment } from "./npm-environment.ts";
import { choosePackageManager, type PackageManager } from "./package-manager.ts";

/** Installs the app's dependencies, exactly by the lock file where there is one. */
export const installStep: Step = {
  id: "install",
  async run(context) {
    const manager = choosePackageManager(known(context.found, "app"));
    const run = () => install(context, manager);
    await (context.caches ? context.caches.instead(manager, run) : run());
    return OK;
  },
};

async function install(context: JobContext, manager: PackageManager): Promise<void> {
  const own = known(context.found, "app").commands.install;
  const end = await withSecrets(context, (secrets) =>
    withLogins(context, "install", (logins) =>
      runLogged(context, {
        step: "install",
        command: own ? "sh" : manager.name,
        args: own ? ["-c", own] : manager.args,
        cwd: known(context.found, "appFolder"),
        environment: appEnvironment(context, {
          ...npmEnvironment(context),
          ...cacheOf(context, manager),
          ...appflowVariables(context),
          ...secrets,
          ...logins,
        }),
      }),
    ),
  );
  if (!end.ok) throw installFailure(context, manager, own ?? [manager.name, ...manager.args].join(" "), end);
}

function cacheOf(context: JobContext, manager: PackageManager): Record<string, string> {
  if (manager.name === "yarn") return { YARN_CACHE_FOLDER: join(npmCacheFolder(context), "yarn") };
  if (manager.name === "pnpm") return { npm_config_store_dir: join(npmCacheFolder(context), "pnpm") };
  return {};
}

function installFailure(context: JobContext, manager: PackageManager, command: string, end: CommandEnd) {
  return explain(context, "install", end, ({ reason, detail }) => {
    return errorOf(
      "INSTALL_FAILED",
      { command, exit: end.exit, reason: `${manager.name} said: ${reason}` },
      { detail },
    );
  });
}
