import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The release before, as long as there is no tag to name: hosts joined by TLS, builds in PostgreSQL, the web page. */
export const OLDER = process.env["MILLWRIGHT_OLDER"] ?? "a87937b83282f1713ef155dc52cee59ba496a51e";

const SOURCES = ["src", "proto", "package.json", "tsconfig.json", "tsconfig.build.json"];

/** Why the older release can't be built here; undefined when it can. */
export function whyNoOlderRelease(clone = "."): string | undefined {
  try {
    execFileSync("git", ["-C", clone, "cat-file", "-e", `${OLDER}^{commit}`], { stdio: "pipe" });
    return undefined;
  } catch {
    return `the commit ${OLDER.slice(0, 12)} isn't in this clone. In a shallow one say: git fetch --unshallow`;
  }
}

/**
 * Compiles the older release with the packages of today, once, and answers its command's file. Only the history is read: no
 * worktree is made, and the index stays as it is.
 */
export function buildOlderRelease(): string {
  const folder = resolve("dist-tools/older-release", OLDER.slice(0, 12));
  const command = join(folder, "dist/cli/main.js");
  const whole = join(folder, "built");
  if (existsSync(whole)) return command;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync("git", ["archive", OLDER, ...SOURCES], { maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: folder,
    stdio: "inherit",
  });
  writeFileSync(whole, "");
  return command;
}
