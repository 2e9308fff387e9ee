import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { StepId } from "../../protocol/steps.ts";
import { runQuietly } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { known } from "../job/findings.ts";
import { openPrivateFolder } from "../job/private-folder.ts";
import { npmEnvironment } from "./npm-environment.ts";

/**
 * Runs `use` with what logs npm and git in while dependencies are fetched: NPM_TOKEN for the app's registry, and
 * GIT_CREDENTIALS (lines of https://user:token@host) for dependencies from git. Appflow knew both by these names. What
 * was written for it is removed afterwards.
 */
export async function withLogins<T>(
  context: JobContext,
  step: StepId,
  use: (variables: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { secrets } = await context.materials.environment();
  const given = { ...context.spec.environment?.variables, ...secrets };
  const token = given["NPM_TOKEN"];
  const credentials = given["GIT_CREDENTIALS"];
  const userConfig = join(context.host.scratch, ".npmrc");
  const folder = credentials ? openPrivateFolder(context, "git-login") : undefined;
  try {
    if (token) await logInToRegistry(context, step, userConfig);
    const git = credentials && folder ? gitLogin(credentials, join(folder.path, "credentials")) : {};
    return await use({ ...(token ? { NPM_TOKEN: token } : {}), ...git });
  } finally {
    folder?.close();
    if (token) rmSync(userConfig, { force: true });
  }
}

/** The token itself stays in the variable, which npm reads; an .npmrc of the app that names it decides by itself. */
async function logInToRegistry(context: JobContext, step: StepId, userConfig: string): Promise<void> {
  const cwd = known(context.found, "appFolder");
  const own = join(cwd, ".npmrc");
  const reference = "${NPM_TOKEN}";
  if (existsSync(own) && readFileSync(own, "utf8").includes(reference)) return;
  const environment = appEnvironment(context, npmEnvironment(context));
  const said = await runQuietly(context, {
    step,
    command: "npm",
    args: ["config", "get", "registry"],
    cwd,
    environment,
  });
  const registry = URL.parse(said.stdout.toString().trim());
  if (!registry) return;
  const path = registry.pathname.replace(/\/*$/, "/");
  rmSync(userConfig, { recursive: true, force: true }); // a script of the app may have left a link there, to any file
  writeFileSync(userConfig, `//${registry.host}${path}:_authToken=${reference}\n`, { mode: 0o600, flag: "wx" });
  context.log.line(`NPM_TOKEN is used for the registry ${registry.host}`);
}

/** Lock files name repositories by ssh even when https was meant: with a login for the host, that is used. */
function gitLogin(credentials: string, file: string): Record<string, string> {
  const urls = credentials.split(/\s+/).filter((line) => line !== "");
  const origins = urls.map(originOf);
  writeFileSync(file, `${urls.join("\n")}\n`, { mode: 0o600 });
  const settings: [string, string][] = [["credential.helper", `store --file=${file}`]];
  for (const { protocol, host } of origins) {
    const key = `url.${protocol}//${host}/.insteadOf`;
    settings.push([key, `ssh://git@${host}/`], [key, `git@${host}:`]);
  }
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length), GIT_TERMINAL_PROMPT: "0" };
  settings.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return variables;
}

function originOf(text: string, index: number): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.username !== "" && url.password !== "") return url;
  throw errorOf("GIT_CREDENTIALS_INVALID", { line: index + 1 });
}
