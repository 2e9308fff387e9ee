import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../demo/playground.mjs";
import type { Ran } from "./playground.ts";

interface Knowledge {
  /** The package on npm. */
  name: string;
  /** `package build`. */
  packages: boolean;
  /** `deploy build`. */
  deploys: boolean;
  /** Downloads each type of file, the zip of a deploy build too. */
  artifactTypes: boolean;
  /** Ends its login at the controller too when it logs out; others only forget their token. */
  tellsLogout: boolean;
  /** Logs in through a browser also where there is no terminal. */
  browserLogin: boolean;
}

const OLD = {
  name: "ionic",
  packages: true,
  deploys: true,
  artifactTypes: false,
  tellsLogout: false,
  browserLogin: false,
};

/** The Ionic CLIs whose users come from Appflow, by version, with what each of them knows. */
export const IONIC_CLIS = {
  "4.7.1": { ...OLD, deploys: false },
  "5.4.16": OLD,
  "6.8.0": { ...OLD, name: "@ionic/cli" },
  "6.12.4": { ...OLD, name: "@ionic/cli", tellsLogout: true },
  "6.20.9": { ...OLD, name: "@ionic/cli", artifactTypes: true, tellsLogout: true, browserLogin: true },
  "7.2.1": { ...OLD, name: "@ionic/cli", packages: false, deploys: false, tellsLogout: true, browserLogin: true },
} as const satisfies Record<string, Knowledge>;

export type IonicVersion = keyof typeof IONIC_CLIS;
export const IONIC_VERSIONS = Object.keys(IONIC_CLIS) as IonicVersion[];

/** Kept between runs: what npm installed is not changed. */
const FOLDER = join(ROOT, ".toolchain/ionic");

/** Installs these CLIs as npm has them, unmodified, where they aren't yet; two at a time. */
export async function installIonicClis(versions: readonly IonicVersion[] = IONIC_VERSIONS): Promise<void> {
  const left = versions.filter((version) => !existsSync(programOf(version)));
  const work = async () => {
    for (let version = left.shift(); version !== undefined; version = left.shift()) await install(version);
  };
  await Promise.all([work(), work()]);
}

async function install(version: IonicVersion): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, "new-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const what = `${IONIC_CLIS[version].name}@${version}`;
  // Their dependencies have scripts that fetch programs; the CLIs do without.
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", what];
  const ran = await startProgram("npm", args, { cwd: folder, env: process.env }).ended;
  if (ran.exit !== 0) throw new Error(`npm install ${what}:\n${ran.text}`);
  try {
    renameSync(folder, join(FOLDER, version));
  } catch (error) {
    rmSync(folder, { recursive: true });
    if (!existsSync(programOf(version))) throw error; // another run may have installed it at the same time
  }
}

function programOf(version: IonicVersion): string {
  return join(FOLDER, version, "node_modules", IONIC_CLIS[version].name, "bin/ionic");
}

/** A person who uses one of the CLIs: a home with its configuration, and a folder for projects. */
export class IonicUser {
  readonly version: IonicVersion;
  readonly folder: string;
  private readonly environment: NodeJS.ProcessEnv;

  /** `folder` is made and takes everything; `url` is that of the controller. */
  constructor(version: IonicVersion, folder: string, url: string, environment: NodeJS.ProcessEnv = {}) {
    this.version = version;
    this.folder = folder;
    for (const name of ["home", "config", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
    const oauth = { authorization_url: `${url}/oauth/authorize`, token_url: `${url}/oauth/token` };
    const settings = {
      "urls.api": `${url}/ionic`,
      "oauth.openid.authorization_url": oauth.authorization_url,
      "oauth.openid.token_url": oauth.token_url,
      telemetry: false,
    };
    writeFileSync(this.configFile(), JSON.stringify(settings));
    this.environment = {
      ...withoutProxies(),
      HOME: join(folder, "home"),
      // Old CLIs rename the downloaded file from there: it has to be on the same file system.
      TMPDIR: join(folder, "tmp"),
      IONIC_CONFIG_DIRECTORY: join(folder, "config"),
      ...environment,
    };
  }

  /** Runs `ionic …` and answers when it has ended. */
  run(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.start(cwd, args, environment).ended;
  }

  /** Starts `ionic …`. */
  start(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
    const env = { ...this.environment, ...environment };
    return startProgram(process.execPath, [programOf(this.version), ...args, "--no-color"], { cwd, env });
  }

  /** From now on the CLI uses the login that it keeps, instead of IONIC_TOKEN. */
  useStoredLogin(): void {
    this.environment["IONIC_TOKEN"] = "";
  }

  /** What the CLI wrote down, its token among it. */
  config(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.configFile(), "utf8")) as Record<string, unknown>;
  }

  configure(change: Record<string, unknown>): void {
    writeFileSync(this.configFile(), JSON.stringify({ ...this.config(), ...change }));
  }

  private configFile(): string {
    return join(this.folder, "config/config.json");
  }
}

/** The CLIs take proxies from the environment and know no exceptions: not even this host. */
function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/proxy$/i.test(name) && !/^IONIC_/.test(name)),
  );
}

/** A program that was started. */
export interface Running {
  /** All that it printed so far. */
  text(): string;
  ended: Promise<Ran>;
}

function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Running {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ran = { stdout: "", stderr: "", text: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ran.stdout += text;
    ran.text += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ran.stderr += text;
    ran.text += text;
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve({ exit, ...ran }));
  });
  return { text: () => ran.text, ended };
}
