import { hash } from "node:crypto";
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { which } from "../../base/processes/which.ts";
import { gitQuietly } from "../checkout/git.ts";
import type { PackageManager } from "../install/package-manager.ts";
import type { JobContext } from "../job/context.ts";
import { appEnvironment } from "../job/environment.ts";
import { type AppFacts, known } from "../job/findings.ts";
import { nodeOfPath } from "../toolchain/nodes.ts";

/** What a key is made of: the same words give the same key. Holds no secret. */
export type KeyWords = Record<string, unknown>;

export function keyOf(words: KeyWords): string {
  return hash("sha256", JSON.stringify({ format: 1, ...words })).slice(0, 40);
}

const LOCKS = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"];
const SETTINGS = [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs", "package.json"];
/** Scripts of the app itself that an install runs. */
const INSTALL_SCRIPTS = [
  "preinstall",
  "install",
  "postinstall",
  "prepublish",
  "preprepare",
  "prepare",
  "postprepare",
  "dependencies",
];

/** What decides what is in node_modules. Undefined without a lock file: then nothing says what will be in it. */
export async function installWords(context: JobContext, manager: PackageManager): Promise<KeyWords | undefined> {
  const app = known(context.found, "app");
  const lock = lockFile(app);
  if (lock === undefined) return undefined;
  const environment = appEnvironment(context);
  return {
    ...machineWords(),
    manager: [manager.name, ...manager.args, programVersion(manager.name, environment["PATH"] ?? "")],
    node: nodeOfPath(environment["PATH"] ?? "")?.version ?? "",
    files: await digests(context, [...LOCKS, ...SETTINGS]),
    environment: await environmentWords(context),
    own: await ownCode(context, app),
  };
}

/** The lock file's digest, else that of package.json: a tool's own cache is filled by what these name. */
export async function lockWords(context: JobContext): Promise<KeyWords> {
  const lock = lockFile(known(context.found, "app"));
  return { ...machineWords(), files: await digests(context, [lock ?? "package.json"]) };
}

export function machineWords(): KeyWords {
  return { system: platform(), machine: arch() };
}

/**
 * The host's variables, and those of the build's environment; of secrets only the names. PATH is told by the versions of what
 * is found by it.
 */
export async function environmentWords(context: JobContext): Promise<KeyWords> {
  const { PATH: _, ...host } = context.host.environment;
  const { secrets, files } = await context.materials.environment();
  const names = [...Object.keys(secrets), ...Object.keys(files)].sort();
  return { host: sorted(host), app: sorted(context.spec.environment?.variables ?? {}), secrets: names };
}

/** Of files of the app's folder as they are now; links and missing ones count as such. */
export async function digests(context: JobContext, names: readonly string[]): Promise<Record<string, string>> {
  const folder = known(context.found, "appFolder");
  return Object.fromEntries(names.map((name) => [name, digestOf(join(folder, name))]));
}

function digestOf(file: string): string {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return "";
  return found.isFile() ? hash("sha256", readFileSync(file)) : "no file";
}

/** The app's folder of the commit, whatever is in it: for what runs code of the app, which may read any of it. */
export async function treeOfCommit(context: JobContext, folder = ""): Promise<string> {
  const { sha, mirror } = known(context.found, "commit");
  const path = [context.found.subfolder, folder].filter((part) => part !== "").join("/");
  const said = await gitQuietly(context, { step: "install", args: ["rev-parse", `${sha}:${path}`], cwd: mirror });
  return said.ok ? said.stdout.toString().trim() : "";
}

/** patch-package is known to read its patches only; of any other script it can't be known what it reads. */
async function ownCode(context: JobContext, { packageJson }: AppFacts): Promise<string> {
  const scripts = INSTALL_SCRIPTS.map((name) => packageJson.scripts[name]).filter((script) => script !== undefined);
  const local = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies }).some(isLocal);
  if (local) return await treeOfCommit(context);
  if (scripts.length === 0) return "";
  const onlyPatches = scripts.every((script) => script === "patch-package");
  return await treeOfCommit(context, onlyPatches ? "patches" : "");
}

export function isLocal(spec: string): boolean {
  return /^(file:|link:|portal:|workspace:|\.{0,2}\/|~\/)/.test(spec);
}

function lockFile(app: AppFacts): string | undefined {
  return LOCKS.find((name) => app.entries.has(name));
}

/** As the package of the program says: starting it would cost more than all the rest here. */
function programVersion(name: string, path: string): string {
  const program = which(name, path);
  if (!program) return "";
  const real = realpathSync(program);
  for (const folder of [dirname(real), dirname(dirname(real))]) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
      if (version) return version;
    } catch {
      // not the package's folder
    }
  }
  const { size, mtimeMs } = lstatSync(real);
  return `${real} ${size} ${mtimeMs}`;
}

function sorted(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
