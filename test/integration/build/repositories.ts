import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** The files of a commit: path and text. */
export type Files = Record<string, string>;

export interface Repository {
  folder: string;
  /** Commits these files on top of what is there; answers the 40 digits. */
  commit(files: Files, message?: string): string;
  git(...args: string[]): string;
}

/** A git repository in a folder of its own, removed with the test. */
export function makeRepository(files: Files): Repository & { sha: string } {
  const folder = temporaryFolder();
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim();
  };
  const commit = (more: Files, message = "A commit") => {
    for (const [path, text] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git("add", "--all", "--force");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  return { folder, git, commit, sha: commit(files, "The first commit") };
}

/** An app without dependencies whose web build runs `script` (JavaScript). */
export function webApp(script: string): Files {
  return {
    "package.json": JSON.stringify({ name: "web-app", version: "1.0.0", scripts: { build: "node build.mjs" } }),
    "build.mjs": script,
  };
}

/** A web build that makes a page. */
export const MAKES_PAGE = `
import { mkdirSync, writeFileSync } from "node:fs";
mkdirSync("www/js", { recursive: true });
writeFileSync("www/index.html", "<h1>Hello</h1>");
writeFileSync("www/js/app.js", "console.log('hello')");
`;

export const CONFIG_XML = `<?xml version='1.0' encoding='utf-8'?>
<widget id="com.example.hello" version="1.2.3" xmlns="http://www.w3.org/ns/widgets">
    <name>Hello</name>
    <content src="index.html" />
</widget>
`;
