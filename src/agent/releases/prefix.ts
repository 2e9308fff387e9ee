import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { readJson, writeFileAtomically } from "../../base/files.ts";

/** What the launcher (launch.sh) understands. A release that needs another one names another number. */
export const LAUNCHER = 1;

/**
 * The folder in which releases lie side by side. All but `state` belongs to whoever upgrades; the launcher, which runs as
 * the agent's user, writes only there.
 */
export function prefixPaths(prefix: string) {
  const state = join(prefix, "state");
  return {
    prefix,
    releases: join(prefix, "releases"),
    release: (name: string) => join(prefix, "releases", name),
    /** The link to the release that shall run. */
    current: join(prefix, "current"),
    launch: join(prefix, "launch"),
    command: join(prefix, "bin/millwright"),
    /** What is on trial, for the launcher: `Order`. */
    order: join(prefix, "upgrade"),
    /** The upgrade that is under way: `UnderWay`. */
    underWay: join(prefix, "upgrading.json"),
    lock: join(prefix, "upgrading.lock"),
    /** What later upgrades needn't be told again: `Remembered`. */
    remembered: join(prefix, "settings.json"),
    state,
    /** PID, a number that grows every second while it is connected, and the protocol's version. */
    session: (name: string) => join(state, `${name}.session`),
    /** Why the agent of this release ended, in its own words. */
    failure: (name: string) => join(state, `${name}.failure`),
    verdict: (name: string) => join(state, `${name}.verdict`),
    tries: (name: string) => join(state, `${name}.tries`),
  };
}

export type PrefixPaths = ReturnType<typeof prefixPaths>;

/** In `release.json` of each release. */
export interface Release {
  name: string;
  version: string;
  sha256: string;
  installedAt: string;
}

/** A trial: which release, which one to go back to, how many starts it has, and how many seconds. */
export interface Order {
  trial: string;
  release: string;
  before: string;
  tries: number;
  /** So long it must stay connected to be good. */
  good: number;
  /** So long it may take to connect, when the release before could. */
  limit: number;
}

/** What became of a trial. */
export interface Verdict {
  trial: string;
  verdict: "good" | "back";
  /** ISO 8601. */
  at: string;
  why: string;
}

/** Where the program of a release lies: as npm installs it. */
export function productOf(paths: PrefixPaths, name: string): string {
  return join(paths.release(name), "lib/node_modules/millwright");
}

export function programOf(paths: PrefixPaths, name: string): string {
  return join(productOf(paths, name), "dist/cli/main.js");
}

/** The releases that are whole, the newest first. */
export function installedReleases(paths: PrefixPaths): Release[] {
  if (!existsSync(paths.releases)) return [];
  const all = readdirSync(paths.releases).flatMap((name) => {
    const found = name.startsWith(".") ? undefined : readJson<Release>(join(paths.release(name), "release.json"));
    return found ?? [];
  });
  return all.sort((a, b) => b.installedAt.localeCompare(a.installedAt));
}

/** The release that `current` names; undefined before the first. */
export function currentRelease(paths: PrefixPaths): string | undefined {
  try {
    return basename(readlinkSync(paths.current));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes `current` name another release: whoever looks finds the old or the new one. */
export function switchTo(paths: PrefixPaths, name: string): void {
  const next = `${paths.current}.next`;
  rmSync(next, { force: true });
  symlinkSync(join("releases", name), next);
  renameSync(next, paths.current);
}

export function readOrder(paths: PrefixPaths): Order | undefined {
  const { trial, release, before, tries, good, limit } = linesOf(paths.order);
  if (!trial || !release || !before) return undefined;
  return { trial, release, before, tries: Number(tries), good: Number(good), limit: Number(limit) };
}

export function writeOrder(paths: PrefixPaths, order: Order): void {
  const lines = Object.entries(order).map(([key, value]) => `${key}=${value}\n`);
  writeFileAtomically(paths.order, lines.join(""), 0o644);
}

/** What became of the trial that was ordered; undefined while it goes on. */
export function readVerdict(paths: PrefixPaths, order: Pick<Order, "trial" | "release">): Verdict | undefined {
  const { trial, verdict, at, why = "" } = linesOf(paths.verdict(order.release));
  if (trial !== order.trial || (verdict !== "good" && verdict !== "back")) return undefined;
  return { trial, verdict, at: new Date(Number(at) * 1000).toISOString(), why };
}

/** The release that the launcher starts: `current`, or the one before where that was given up. */
export function releaseInUse(paths: PrefixPaths): string | undefined {
  const current = currentRelease(paths);
  const order = readOrder(paths);
  if (!order || order.release !== current) return current;
  return readVerdict(paths, order)?.verdict === "back" ? order.before : current;
}

/** The release that is known to work: the one in use, or the one before while that is on trial. */
export function provenRelease(paths: PrefixPaths): string | undefined {
  const order = readOrder(paths);
  const inUse = releaseInUse(paths);
  return order && order.release === inUse && !readVerdict(paths, order) ? order.before : inUse;
}

/** NAME=VALUE lines, as the launcher reads and writes them; empty when there is no such file. */
function linesOf(file: string): Record<string, string> {
  const found: Record<string, string> = {};
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return found;
    throw error;
  }
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) found[line.slice(0, at)] = line.slice(at + 1);
  }
  return found;
}
