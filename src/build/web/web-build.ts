import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { npmEnvironment } from "../install/npm-environment.ts";
import { runLogged } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { OK, type Step, skipped } from "../job/step.ts";
import { appflowVariables } from "./appflow-variables.ts";

const SCRIPTS = ["appflow:build", "build"];
const WWW = "www";

/** Runs the web build of the app: the script `appflow:build`, else `build`. */
export const webBuildStep: Step = {
  id: "web-build",
  async run(context) {
    const { scripts } = known(context.found, "app").packageJson;
    const script = SCRIPTS.find((name) => scripts[name] !== undefined);
    if (script) await runScript(context, script);
    checkWww(context, script);
    return script ? OK : skipped("package.json has no script appflow:build or build.");
  },
};

async function runScript(context: JobContext, script: string): Promise<void> {
  const secrets = await context.materials.environmentSecrets();
  const end = await runLogged(context, {
    step: "web-build",
    command: "npm",
    args: ["run", script],
    cwd: known(context.found, "appFolder"),
    environment: appEnvironment(context, { ...npmEnvironment(context), ...appflowVariables(context), ...secrets }),
  });
  if (end.ok) return;
  throw errorOf(
    "WEB_BUILD_FAILED",
    { command: `npm run ${script}`, exit: end.exit, reason: `It said: ${end.recent.reason()}` },
    { detail: end.recent.telling().join("\n") },
  );
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
