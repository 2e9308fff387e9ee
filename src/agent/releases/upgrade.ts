import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { readJson, writeFileAtomically } from "../../base/files.ts";
import { newId } from "../../base/ids.ts";
import { takePidLock } from "../../base/processes/pid-lock.ts";
import { prune } from "./kept-releases.ts";
import { layDown, newFolder, releaseNameOf, removeUnfinished, takeIn } from "./lay-down.ts";
import { readPackage } from "./package-file.ts";
import { preparePrefix } from "./place-launcher.ts";
import {
  currentRelease,
  installedReleases,
  type Order,
  type PrefixPaths,
  prefixPaths,
  programOf,
  provenRelease,
  readOrder,
  readVerdict,
  releaseInUse,
  switchTo,
  writeOrder,
} from "./prefix.ts";
import { agreedProtocolOf, checkBeforeUnpacking, checkHost, checkRelease } from "./preflight.ts";
import { type Restart, restartAgent } from "./restart.ts";

/** In which order an upgrade goes its way. Nothing that runs is touched before `switching`. */
export const STEPS = [
  "reading the package",
  "unpacking",
  "asking the new release",
  "looking at the host",
  "taking it in",
  "switching",
  "restarting the agent",
  "watching",
] as const;
export type Step = (typeof STEPS)[number];

export interface UpgradeOptions {
  prefix: string;
  file: string;
  sha256: string | undefined;
  config: string;
  /** A command of the shell; undefined: nobody restarts the agent, and the trial begins at its next start. */
  restart: Restart;
  /** Seconds, starts, seconds: as in `Order`. */
  trial: Pick<Order, "good" | "tries" | "limit">;
  /** Switch also when a look at the host says no. */
  force: boolean;
  onStep: (step: Step) => void;
}

export interface Upgraded {
  release: string;
  before: string | undefined;
  /** `first`: there was none before, so nothing is on trial. `same`: that package was in use already. */
  outcome: "switched" | "first" | "same";
  trial: string | undefined;
}

/** What an upgrade writes down while it goes on: who finds it without its process knows where it was ended. */
export interface UnderWay {
  pid: number;
  file: string;
  step: Step;
  at: string;
}

/**
 * Takes a package in, checks it, makes it the release that the launcher tries next, and restarts the agent. Whatever it
 * throws, the release before is in use then. What becomes of the trial is for `untilDecided`.
 */
export async function upgrade(options: UpgradeOptions): Promise<Upgraded> {
  process.umask(0o022); // the agent's user must be able to read what root lays down
  const paths = prefixPaths(resolve(options.prefix));
  preparePrefix(paths, options.config);
  const lock = takePidLock(paths.lock);
  if ("heldBy" in lock) throw errorOf("UPGRADE_UNDER_WAY", { prefix: paths.prefix, pid: lock.heldBy });
  const begin = (step: Step) => {
    const underWay: UnderWay = { pid: process.pid, file: options.file, step, at: new Date().toISOString() };
    writeFileAtomically(paths.underWay, JSON.stringify(underWay), 0o644);
    options.onStep(step);
  };
  try {
    settle(paths);
    removeUnfinished(paths);
    const name = await install(paths, options, begin);
    return await putInUse(paths, name, options, begin);
  } finally {
    rmSync(paths.underWay, { force: true });
    lock.release();
  }
}

/** From the file to a checked release beside the others; answers its name. */
async function install(paths: PrefixPaths, options: UpgradeOptions, begin: (step: Step) => void): Promise<string> {
  const { file, sha256, config, force } = options;
  begin("reading the package");
  const folder = newFolder(paths);
  try {
    const own = join(folder, "package.tgz"); // who may write the original can't change it between look and unpacking
    const found = await readPackage(file, sha256, own);
    await checkBeforeUnpacking(found, paths);
    const name = releaseNameOf(found);
    begin("unpacking");
    await layDown(found, folder);
    rmSync(own);
    begin("asking the new release");
    const inUse = provenRelease(paths);
    const release = { name, program: join(folder, "lib/node_modules/millwright/dist/cli/main.js") };
    await checkRelease(release, config, agreedProtocolOf(paths, inUse));
    begin("looking at the host");
    if (!force) await checkHost(release, inUse === undefined ? undefined : programOf(paths, inUse), config);
    begin("taking it in");
    takeIn(paths, folder, {
      name,
      version: found.version,
      sha256: found.sha256,
      installedAt: new Date().toISOString(),
    });
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function putInUse(
  paths: PrefixPaths,
  name: string,
  options: UpgradeOptions,
  begin: (step: Step) => void,
): Promise<Upgraded> {
  const before = provenRelease(paths);
  begin("switching");
  rememberFor(paths, options);
  if (before === name) {
    if (releaseInUse(paths) !== name) await goBack(paths, name, options.restart); // from one that was on trial
    return { release: name, before, outcome: "same", trial: undefined };
  }
  if (before === undefined) {
    switchTo(paths, name);
    return { release: name, before, outcome: "first", trial: undefined };
  }
  const order: Order = { trial: newId("t"), release: name, before, ...options.trial };
  // The order first: a launcher that starts between both finds `current` as it was.
  writeOrder(paths, order);
  switchTo(paths, name);
  begin("restarting the agent");
  try {
    await restartAgent(options.restart);
  } catch (cause) {
    switchTo(paths, before);
    rmSync(paths.order, { force: true });
    throw errorOf("AGENT_NOT_RESTARTED", { before, reason: (cause as Error).message }, { cause });
  }
  begin("watching");
  return { release: name, before, outcome: "switched", trial: order.trial };
}

/**
 * Brings `current` to what was decided since: by a launcher that may only decide, or after an upgrade that was killed.
 * Answers whether something was changed.
 */
export function settle(paths: PrefixPaths): boolean {
  const order = readOrder(paths);
  if (!order || currentRelease(paths) !== order.release) return false;
  if (readVerdict(paths, order)?.verdict !== "back") return false;
  switchTo(paths, order.before);
  return true;
}

/** Ends when the trial is decided: cleans up, and throws RELEASE_ROLLED_BACK when it failed. False: not within `ms`. */
export async function untilDecided(
  paths: PrefixPaths,
  { release, before, trial }: Upgraded,
  ms: number,
  rest: () => Promise<void>,
): Promise<boolean> {
  if (trial === undefined) return true;
  for (const end = Date.now() + ms; Date.now() < end; await rest()) {
    const verdict = readVerdict(paths, { trial, release });
    if (!verdict) continue;
    settle(paths);
    if (verdict.verdict === "good") {
      prune(paths);
      return true;
    }
    throw errorOf("RELEASE_ROLLED_BACK", { release, before: before ?? "", reason: `${verdict.why}.` });
  }
  return false;
}

/** Puts a release in use without a trial, as who asks for it has decided. Throws RELEASE_UNKNOWN, AGENT_NOT_RESTARTED. */
export async function goBack(paths: PrefixPaths, name: string | undefined, restart: Restart): Promise<string> {
  const known = installedReleases(paths).some((each) => each.name === name);
  if (name === undefined || !known) {
    const reason = name === undefined ? "The one in use is the only one." : "No such release is installed here.";
    throw errorOf("RELEASE_UNKNOWN", { release: name ?? "", prefix: paths.prefix, reason });
  }
  const before = releaseInUse(paths) ?? name;
  switchTo(paths, name);
  rmSync(paths.order, { force: true });
  try {
    await restartAgent(restart);
  } catch (cause) {
    switchTo(paths, before);
    throw errorOf("AGENT_NOT_RESTARTED", { before, reason: (cause as Error).message }, { cause });
  }
  return name;
}

export interface Remembered {
  config: string;
  restart?: Restart;
}

/** What the last upgrade of this prefix was told. */
export function remembered(paths: PrefixPaths): Partial<Remembered> {
  return readJson<Remembered>(paths.remembered) ?? {};
}

function rememberFor(paths: PrefixPaths, { config, restart }: UpgradeOptions): void {
  const known = restart === "" ? remembered(paths).restart : restart; // without one this time only
  const remember: Remembered = { config: resolve(config), ...(known === undefined ? {} : { restart: known }) };
  writeFileAtomically(paths.remembered, JSON.stringify(remember), 0o644);
}
