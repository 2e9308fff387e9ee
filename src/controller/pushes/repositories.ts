import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
import { gitEnvironment } from "./git-settings.ts";

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT_BYTES = 64 * 2 ** 20;

export interface GitAnswer {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/** The bare repositories that the controller keeps itself, one for each app with a remote of its own. */
export class Repositories {
  /** Where they are: `APPID.git` each. */
  readonly folder: string;
  private readonly mostPushBytes: number;

  constructor(folder: string, mostPushBytes: number) {
    this.folder = folder;
    this.mostPushBytes = mostPushBytes;
  }

  /** For ids of apps only: they are no path. */
  pathOf(appId: string): string {
    if (!/^[a-z][0-9a-z]*$/.test(appId)) throw new Error(`${JSON.stringify(appId)} is no id of an app`);
    return join(this.folder, `${appId}.git`);
  }

  environment(extra: Record<string, string> = {}): Record<string, string> {
    return gitEnvironment(this.mostPushBytes, extra);
  }

  has(appId: string): boolean {
    return existsSync(join(this.pathOf(appId), "HEAD"));
  }

  /** Makes the repository when it isn't there, whole or not at all; answers its path. Throws GIT_UNAVAILABLE. */
  async ensure(appId: string): Promise<string> {
    const path = this.pathOf(appId);
    if (this.has(appId)) return path;
    await this.mustHaveGit();
    const next = `${path}.${newId("n")}`;
    const made = await this.run(this.folder, ["init", "--bare", "--quiet", "--template=", "-b", "main", next]);
    if (!made.ok) throw errorOf("GIT_UNAVAILABLE", { reason: `git init said: ${made.stderr.trim()}` });
    await rename(next, path).catch(async (error: unknown) => {
      await rm(next, { recursive: true, force: true });
      if (!this.has(appId)) throw error; // else another request made it meanwhile
    });
    return path;
  }

  async remove(appId: string): Promise<void> {
    await rm(this.pathOf(appId), { recursive: true, force: true, maxRetries: 3 });
  }

  /** Runs git in a repository that is there. Throws GIT_UNAVAILABLE. */
  ask(appId: string, args: readonly string[]): Promise<GitAnswer> {
    return this.run(this.pathOf(appId), ["--git-dir=.", ...args]);
  }

  /** git for the command line may be there without the part that serves (Alpine has it in `git-daemon`). */
  private async mustHaveGit(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { stdout } = await this.run(this.folder, ["--version"]);
    const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    if (major < 2 || (major === 2 && minor < 31)) {
      throw errorOf("GIT_UNAVAILABLE", { reason: `${stdout.trim()} is older than 2.31.` });
    }
    const { stdout: programs } = await this.run(this.folder, ["--exec-path"]);
    if (existsSync(join(programs.trim(), "git-http-backend"))) return;
    throw errorOf("GIT_UNAVAILABLE", { reason: `There is no git-http-backend in ${programs.trim()}.` });
  }

  private run(cwd: string, args: readonly string[]): Promise<GitAnswer> {
    const env = this.environment();
    const options = { cwd, env, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES };
    return new Promise((resolve, reject) => {
      execFile("git", args, options, (error, stdout, stderr) => {
        const missing = (error as NodeJS.ErrnoException | null)?.code === "ENOENT" && existsSync(cwd);
        if (missing) reject(errorOf("GIT_UNAVAILABLE", { reason: "There is no git on PATH." }, { cause: error }));
        else resolve({ ok: error === null, stdout, stderr });
      });
    });
  }
}
