import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { explain } from "../diagnosis/explain.ts";
import { npmEnvironment } from "../install/npm-environment.ts";
import { appflowVariables } from "../job/appflow-variables.ts";
import { runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { withSecrets } from "../job/secret-environment.ts";
import { OK, type Step, skipped } from "../job/step.ts";

const SCRIPTS = ["appflow:build", "build"];
const WWW = "www";

/** Runs the web build of the app: the script `appflow:build`, else `build`. */
export const webBuildStep: Step = {
  id: "web-build",
  async run(context) {
    const { packageJson, commands } = known(context.found, "app");
    const script = SCRIPTS.find((name) => packageJson.scripts[name] !== undefined);
    const words = commands.webBuild ? ["sh", "-c", commands.webBuild] : script ? ["npm", "run", script] : undefined;
    if (words) await runScript(context, words);
    checkWww(context, commands.webBuild ?? script);
    return words ? OK : skipped("package.json has no script appflow:build or build.");
  },
};

async function runScript(context: JobContext, [command = "", ...args]: readonly string[]): Promise<void> {
  const end = await withSecrets(context, (secrets) =>
    runLogged(context, {
      step: "web-build",
      command,
      args,
      cwd: known(context.found, "appFolder"),
      environment: appEnvironment(context, { ...npmEnvironment(context), ...appflowVariables(context), ...secrets }),
    }),
  );
  if (end.ok) return;
  throw explain(context, "web-build", end, ({ reason, detail }) => {
    const values = { command: [command, ...args].join(" "), exit: end.exit, reason: `It said: ${reason}` };
    return errorOf("WEB_BUILD_FAILED", values, { detail });
  });
}

/** A deploy build needs a page to deploy; cordova asks only for the folder, since an app may load its page elsewhere. */
function checkWww(context: JobContext, script: string | undefined): void {
  const folder = join(known(context.found, "appFolder"), WWW);
  const needed = context.spec.kind === "deploy" ? join(folder, "index.html") : folder;
  if (existsSync(needed)) return;
  const reason = script
    ? `The script ${script} ended well but didn't make it.`
    : "package.json has no script appflow:build or build that would make it, and it isn't in the commit.";
  throw errorOf("WEB_FOLDER_MISSING", { folder: WWW, reason });
}
