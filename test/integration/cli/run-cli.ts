import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { ContractServer, TOKEN } from "./contract-server.ts";

export const CLI = resolve("dist/cli/main.js");

export interface RunOptions {
  folder?: string;
  environment?: Record<string, string>;
  input?: string;
}

export class RunningCli {
  readonly child: ChildProcess;
  stdout = Buffer.alloc(0);
  stderr = "";
  readonly exitCode: Promise<number | null>;

  constructor(words: string[], options: RunOptions) {
    const folder = options.folder ?? temporaryFolder();
    const { PATH = "" } = process.env;
    const environment = { PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1", ...options.environment };
    this.child = spawn(process.execPath, [CLI, ...words], { cwd: folder, env: environment });
    this.child.stdout?.on("data", (bytes: Buffer) => {
      this.stdout = Buffer.concat([this.stdout, bytes]);
    });
    this.child.stderr?.on("data", (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
    this.child.stdin?.end(options.input ?? "");
    this.exitCode = new Promise((done) => this.child.once("close", (code) => done(code)));
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  /** Waits until a text was printed. */
  async printed(text: string): Promise<void> {
    await eventually(`"${text}" is printed`, () => this.stdout.includes(text) || this.stderr.includes(text));
  }
}

/** Starts the built CLI in a temporary folder with an environment that holds nothing of this host's user. */
export function startCli(words: string[], options: RunOptions = {}): RunningCli {
  return new RunningCli(words, options);
}

export async function runCli(words: string[], options: RunOptions = {}) {
  const cli = startCli(words, options);
  const exitCode = await cli.exitCode;
  return { exitCode, stdout: cli.stdout.toString(), stderr: cli.stderr };
}

export async function contractServer(): Promise<ContractServer> {
  const server = await new ContractServer().start();
  onTestFinished(() => server.stop());
  return server;
}

/** The environment that leads to a controller. */
export function leadingTo(server: ContractServer): Record<string, string> {
  return { MILLWRIGHT_URL: server.url, MILLWRIGHT_TOKEN: TOKEN };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function git(folder: string, ...args: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
}
