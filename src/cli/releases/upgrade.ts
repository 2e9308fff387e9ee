import { releaseBefore } from "../../agent/releases/kept-releases.ts";
import { type PrefixPaths, prefixPaths } from "../../agent/releases/prefix.ts";
import { restartOfService } from "../../agent/releases/restart.ts";
import { goBack, remembered, type Upgraded, untilDecided, upgrade } from "../../agent/releases/upgrade.ts";
import { wait } from "../../base/time/wait.ts";
import { parseDuration } from "../../base/units.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { positiveNumber, usageError } from "../usage.ts";
import { configOf, type PrefixOption, prefixNamed, requirePrefix } from "./choose-prefix.ts";

export interface RestartOption {
  /** `--no-restart` makes it false. */
  restart?: string | false;
}

export interface UpgradeFlags extends PrefixOption, RestartOption {
  config?: string;
  sha256?: string;
  good: string;
  tries: string;
  limit: string;
  force?: true;
  wait: boolean;
}

/** `millwright agent upgrade`. */
export async function upgradeAgent(
  session: Session,
  command: string,
  file: string,
  flags: UpgradeFlags,
): Promise<number> {
  const prefix = prefixNamed(flags);
  if (prefix === undefined) throw usageError(command, "Say where releases lie, or shall lie: --prefix FOLDER.");
  const paths = prefixPaths(prefix);
  if (flags.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(flags.sha256)) {
    throw usageError(command, "--sha256 must be 64 hexadecimal digits.");
  }
  const trial = {
    good: seconds(command, "--good", flags.good),
    tries: positiveNumber(command, "--tries", flags.tries),
    limit: seconds(command, "--limit", flags.limit),
  };
  const done = await upgrade({
    prefix,
    file,
    sha256: flags.sha256,
    config: configOf(command, paths, flags.config),
    restart: restartOf(command, paths, flags),
    trial,
    force: flags.force === true,
    onStep: (step) => session.output.note(`${step.charAt(0).toUpperCase()}${step.slice(1)} …`),
  });
  const decided = flags.wait ? await watched(paths, done, trial) : done.trial === undefined;
  session.answer({ ...done, decided }, (output) => output.line(sentence(done, decided, paths)));
  return EXIT.success;
}

/** All starts of a trial, each as slow as service managers make them, and its time to connect. */
function watched(paths: PrefixPaths, done: Upgraded, trial: { good: number; tries: number; limit: number }) {
  const ms = (trial.limit + trial.good + trial.tries * 60 + 60) * 1000;
  return untilDecided(paths, done, ms, () => wait(200));
}

function sentence({ release, before, outcome }: Upgraded, decided: boolean, paths: PrefixPaths): string {
  if (outcome === "same") return `${release} is in use already.`;
  if (outcome === "first")
    return `${release} is the first release in ${paths.prefix}. Let the service start ${paths.launch}`;
  if (decided) return `${release} is in use, and good. Before: ${before}`;
  return `${release} is on trial; the launcher decides, and goes back to ${before} if it fails: millwright agent releases`;
}

/** `millwright agent rollback`. */
export async function rollBack(
  session: Session,
  command: string,
  named: string | undefined,
  flags: PrefixOption & RestartOption,
): Promise<number> {
  const paths = requirePrefix(flags);
  const restart = restartOf(command, paths, flags);
  const release = await goBack(paths, named ?? releaseBefore(paths), restart);
  session.answer({ release }, (output) => output.line(`${release} is in use.`));
  return EXIT.success;
}

/** How the agent is restarted: as named, as remembered, or as its service is. Throws USAGE. */
function restartOf(command: string, paths: PrefixPaths, { restart }: RestartOption): string {
  if (restart === false) return "";
  const found = restart ?? remembered(paths).restart ?? restartOfService();
  if (found !== undefined) return found;
  throw usageError(command, "Say how the agent is restarted: --restart COMMAND, or --no-restart.");
}

function seconds(command: string, option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms && ms >= 1000) return Math.round(ms / 1000);
  throw usageError(command, `${option} must be a duration such as 30s or 5m, not ${text}.`);
}
