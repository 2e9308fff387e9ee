import { readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { readJson } from "../../base/files.ts";
import { findNaming } from "../../base/processes/marked.ts";
import { loadAgentConfig } from "../config.ts";
import { currentRelease, installedReleases, type PrefixPaths, readOrder, readVerdict, releaseInUse } from "./prefix.ts";

export interface KeptRelease {
  name: string;
  version: string;
  installedAt: string;
  state: "in use" | "on trial" | "before" | "given up" | "old";
  /** How many builds its supervisors still run. */
  builds: number;
  /** Of the trial. */
  why?: string;
}

/** The releases of a prefix, the newest first. */
export function keptReleases(paths: PrefixPaths): KeptRelease[] {
  const order = readOrder(paths);
  const verdict = order && readVerdict(paths, order);
  const inUse = releaseInUse(paths);
  const before = releaseBefore(paths);
  return installedReleases(paths).map(({ name, version, installedAt }) => {
    const tried = order?.release === name;
    const state = () => {
      if (tried && verdict?.verdict === "back") return "given up";
      if (name === inUse) return tried && !verdict ? "on trial" : "in use";
      return name === before ? "before" : "old";
    };
    const why = tried && verdict ? { why: verdict.why } : {};
    const supervisors = countSupervisors(paths, name);
    const builds = Math.max(0, supervisors - (name === inUse ? sparesOf(paths) : 0));
    return { name, version, installedAt, state: state(), builds, ...why };
  });
}

/** The one to go back to: that of the last trial, else the newest other that was not given up. */
export function releaseBefore(paths: PrefixPaths): string | undefined {
  const inUse = releaseInUse(paths);
  const order = readOrder(paths);
  const names = installedReleases(paths).map(({ name }) => name);
  if (order && order.release === inUse && names.includes(order.before)) return order.before;
  const gaveUp = order && readVerdict(paths, order)?.verdict === "back" ? order.release : undefined;
  return names.find((name) => name !== inUse && name !== gaveUp);
}

/**
 * Removes the releases that nothing needs any more, and answers their names. What is in use, on trial, or before stays, and
 * so does what still runs a build.
 */
export function prune(paths: PrefixPaths): string[] {
  const order = readOrder(paths);
  const removed: string[] = [];
  for (const { name, state, builds } of keptReleases(paths)) {
    if ((state !== "old" && state !== "given up") || builds > 0 || name === currentRelease(paths)) continue;
    rmSync(paths.release(name), { recursive: true, force: true });
    removed.push(name);
    if (order?.release === name) rmSync(paths.order, { force: true });
  }
  return removed;
}

/** How many supervisors the daemon keeps ready without a build, as far as its configuration can be read. */
function sparesOf(paths: PrefixPaths): number {
  try {
    const { config = "" } = readJson<{ config?: string }>(paths.remembered) ?? {};
    const { spares, slots } = loadAgentConfig(config, process.env);
    return Math.min(spares, slots);
  } catch {
    return 1; // the default: another user's file, or one that is being edited
  }
}

/** Supervisors of this release: their program lies in its folder. */
function countSupervisors(paths: PrefixPaths, name: string): number {
  const program = join(realpathSync(paths.release(name)), "lib/node_modules/millwright/dist/build/main.js");
  return platform() === "linux" ? countInProc(program) : findNaming(program).length;
}

function countInProc(program: string): number {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && wordsOf(pid).includes(program)).length;
}

function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it ended meanwhile
  }
}
