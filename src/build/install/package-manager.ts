import type { AppFacts } from "../job/findings.ts";

export interface PackageManager {
  name: "npm" | "yarn" | "pnpm";
  args: readonly string[];
  /** The lock file that decided, or why there is none. */
  because: string;
}

const NPM_LOCKS = ["package-lock.json", "npm-shrinkwrap.json"];

/**
 * Chooses the package manager by the lock file of the commit. With several of them the `packageManager` field of
 * package.json decides, else npm's goes first.
 */
export function choosePackageManager(app: AppFacts): PackageManager {
  const npmLock = NPM_LOCKS.find((name) => app.entries.has(name));
  const candidates: PackageManager[] = [];
  if (npmLock) candidates.push({ name: "npm", args: ["ci"], because: npmLock });
  if (app.entries.has("yarn.lock")) {
    const flag = isModernYarn(app) ? "--immutable" : "--frozen-lockfile";
    candidates.push({ name: "yarn", args: ["install", flag], because: "yarn.lock" });
  }
  if (app.entries.has("pnpm-lock.yaml")) {
    candidates.push({ name: "pnpm", args: ["install", "--frozen-lockfile"], because: "pnpm-lock.yaml" });
  }
  const named = candidates.find((manager) => app.packageJson.packageManager.startsWith(`${manager.name}@`));
  return named ?? candidates[0] ?? { name: "npm", args: ["install"], because: "no lock file in the commit" };
}

/** Yarn from version 2, which names its flags differently. */
function isModernYarn(app: AppFacts): boolean {
  const version = /^yarn@(\d+)/.exec(app.packageJson.packageManager)?.[1];
  return version ? Number(version) >= 2 : app.entries.has(".yarnrc.yml");
}
