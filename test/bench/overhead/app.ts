import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { resolve } from "node:path";

const MADE = /\/(node_modules|platforms|plugins|www)(\/|$)/;

/** The sample app in a bare repository, as one commit on main. */
export function sampleApp(folder: string): { url: string; commit: string } {
  const sample = resolve("test/fixtures/apps/hello");
  cpSync(sample, folder, { recursive: true, filter: (name) => !MADE.test(name.slice(sample.length)) });
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "A sample app");
  git(folder, "clone", "--quiet", "--bare", folder, `${folder}.git`);
  return { url: `${folder}.git`, commit: git(folder, "rev-parse", "HEAD") };
}

function git(folder: string, ...words: string[]): string {
  const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@millwright.invalid"];
  return execFileSync("git", ["-C", folder, ...identity, ...words], { encoding: "utf8" }).trim();
}
