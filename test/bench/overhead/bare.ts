import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { loadEnvironmentFile } from "../../../src/base/config/environment-file.ts";
import type { StepTimes } from "../step-times.ts";

export interface Timed {
  seconds: number;
  steps: StepTimes;
}

/** The same commands as those of a build, in a shell, with a home folder and an npm cache of their own. */
export class BareCommands {
  private readonly folder: string;
  private readonly repository: string;
  private readonly commit: string;
  private readonly environment: Record<string, string>;

  constructor(folder: string, repository: { url: string; commit: string }, environmentFile: string) {
    mkdirSync(join(folder, "home"), { recursive: true });
    this.folder = folder;
    this.repository = repository.url;
    this.commit = repository.commit;
    this.environment = {
      LANG: "C.UTF-8",
      CI: "1",
      PATH: process.env["PATH"] ?? "",
      HOME: join(folder, "home"),
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      npm_config_progress: "false",
      ...loadEnvironmentFile(environmentFile, process.env),
    };
  }

  /** Builds in that folder. `build` is the number that the app shows. */
  async build(name: string, build: number): Promise<Timed> {
    const told = { CI_GIT_COMMIT_SHA: this.commit, CI_GIT_REF: "main", CI_BUILD_NUMBER: String(build) };
    const words = [this.repository, this.commit, this.checkout(name)];
    const began = performance.now();
    const { stdout } = await promisify(execFile)(resolve("test/bench/overhead/bare.sh"), words, {
      cwd: this.folder,
      env: { ...this.environment, ...told },
      maxBuffer: 64 * 2 ** 20,
    });
    return { seconds: (performance.now() - began) / 1000, steps: stepsIn(stdout) };
  }

  /** The only APK that was built there. */
  apk(name: string): Buffer {
    const outputs = join(this.checkout(name), "platforms/android/app/build/outputs/apk");
    const files = readdirSync(outputs, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".apk"));
    if (files.length !== 1) throw new Error(`the bare commands left ${files.length} APKs: ${files.join(", ")}`);
    return readFileSync(join(outputs, files[0] ?? ""));
  }

  private checkout(name: string): string {
    return join(this.folder, name);
  }
}

function stepsIn(output: string): StepTimes {
  const begun = [...output.matchAll(/^step (\S+) (\d+)$/gm)].map(([, name = "", at]) => ({ name, at: Number(at) }));
  const next = (index: number) => begun[index + 1]?.at ?? Number.NaN;
  return new Map(begun.slice(0, -1).map(({ name, at }, index) => [name, (next(index) - at) / 1e9]));
}
