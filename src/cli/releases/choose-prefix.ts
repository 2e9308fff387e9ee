import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type PrefixPaths, prefixPaths } from "../../agent/releases/prefix.ts";
import { remembered } from "../../agent/releases/upgrade.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { usageError } from "../usage.ts";

/** Where docs/upgrade.md lays releases. */
const USUAL = "/opt/millwright";

export interface PrefixOption {
  prefix?: string;
}

/** The folder of releases that is named, that this program lies in, or that is usual; undefined when there is none. */
export function prefixNamed({ prefix }: PrefixOption): string | undefined {
  if (prefix !== undefined) return resolve(prefix);
  const own = fileURLToPath(import.meta.url);
  const at = own.lastIndexOf("/releases/", own.indexOf("/lib/node_modules/millwright/"));
  if (at > 0) return own.slice(0, at);
  return existsSync(join(USUAL, "current")) ? USUAL : undefined;
}

/** The prefix of a command that works on releases that are there. Throws RELEASES_MISSING. */
export function requirePrefix(options: PrefixOption): PrefixPaths {
  const prefix = prefixNamed(options);
  const paths = prefixPaths(prefix ?? USUAL);
  if (!existsSync(paths.releases)) throw errorOf("RELEASES_MISSING", { prefix: paths.prefix });
  return paths;
}

/** The agent's configuration: as named, else as the last upgrade was told. Throws USAGE. */
export function configOf(command: string, paths: PrefixPaths, named: string | undefined): string {
  const config = named ?? remembered(paths).config;
  if (config === undefined) throw usageError(command, "Say which agent it is: --config FILE.");
  if (!existsSync(config)) throw errorOf("CONFIG_FILE_UNREADABLE", { file: config, reason: "There is no such file." });
  return resolve(config);
}
