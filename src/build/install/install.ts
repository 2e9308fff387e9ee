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
import { npmEnvironment } from "./npm-environment.ts";
import { choosePackageManager, type PackageManager } from "./package-manager.ts";

/** Installs the app's dependencies, exactly by the lock file where there is one. */
export const installStep: Step = {
  id: "install",
  async run(context) {
    const app = known(context.found, "app");
    const manager = choosePackageManager(app);
    const own = app.commands.install;
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
    return OK;
  },
};

function cacheOf(context: JobContext, manager: PackageManager): Record<string, string> {
  if (manager.name === "yarn") return { YARN_CACHE_FOLDER: join(context.host.npmCache, "yarn") };
  if (manager.name === "pnpm") return { npm_config_store_dir: join(context.host.npmCache, "pnpm") };
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
