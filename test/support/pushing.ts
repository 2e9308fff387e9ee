import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Build } from "../../src/protocol/api.ts";
import type { App } from "../../src/protocol/app-api.ts";
import type { Push } from "../../src/protocol/push-api.ts";
import type { TestController } from "./controller.ts";

export interface GitEnd {
  exit: number;
  /** stdout and stderr. */
  text: string;
}

/** A clone on a person's machine. */
export class Clone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Runs git with nothing of this host's configuration; never asks for anything. */
  try(...args: string[]): Promise<GitEnd> {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@example.com",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@example.com",
    };
    return new Promise((resolve) => {
      execFile("git", args, { cwd: this.folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        resolve({ exit: error ? Number(error.code ?? 1) : 0, text: stdout + stderr });
      });
    });
  }

  /** As `try`, and fails when git does. */
  async git(...args: string[]): Promise<string> {
    const { exit, text } = await this.try(...args);
    if (exit !== 0) throw new Error(`git ${args.join(" ")} ended with ${exit}:\n${text}`);
    return text.trim();
  }

  async init(): Promise<this> {
    await this.git("init", "--quiet", "-b", "main");
    return this;
  }

  /** Commits a file; answers the commit's hash. */
  async commit(message: string, file = "file.txt", content = `${message}\n`): Promise<string> {
    writeFileSync(join(this.folder, file), content);
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "-m", message);
    return this.git("rev-parse", "HEAD");
  }
}

/** The address of a repository with a login in it, as git takes it. */
export function withLogin(url: string, username: string, password: string): string {
  const address = new URL(url);
  address.username = encodeURIComponent(username);
  address.password = encodeURIComponent(password);
  return address.href;
}

export async function addOwnRemote(controller: TestController, name: string, more: object = {}): Promise<App> {
  const { status, body } = await controller.api("POST", "/apps", { name, ...more });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export async function pushesOf(controller: TestController, app: string): Promise<Push[]> {
  return ((await controller.api("GET", `/apps/${app}/pushes`)).body as { pushes: Push[] }).pushes;
}

/** Oldest first. */
export async function buildsOf(controller: TestController, app: string): Promise<Build[]> {
  const { body } = await controller.api("GET", `/builds?app=${app}&limit=500`);
  return [...(body as { builds: Build[] }).builds].reverse();
}

export const PASSWORD = "a long enough password";

/** A person with a role in an account, and a token of theirs. */
export async function addPerson(
  controller: TestController,
  email: string,
  role: "viewer" | "developer" | "admin",
  account = "default",
): Promise<string> {
  const answers = [
    await controller.api("POST", "/users", { email, password: PASSWORD }),
    await controller.api("PUT", `/accounts/${account}/members/${email}`, { role }),
    await controller.api("POST", "/session", { email, password: PASSWORD }),
  ];
  const failed = answers.find(({ status }) => status >= 300);
  if (failed) throw new Error(JSON.stringify(failed));
  return (answers[2] as unknown as { body: { token: string } }).body.token;
}
