import { type KeptRelease, keptReleases, prune } from "../../agent/releases/kept-releases.ts";
import type { PrefixPaths } from "../../agent/releases/prefix.ts";
import { settle, type UnderWay } from "../../agent/releases/upgrade.ts";
import { readJson } from "../../base/files.ts";
import { isAlive } from "../../base/processes/alive.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";
import { type PrefixOption, requirePrefix } from "./choose-prefix.ts";

const COLUMNS: Column<KeptRelease>[] = [
  { title: "RELEASE", cell: ({ name }) => name },
  { title: "STATE", cell: ({ state }) => state },
  { title: "BUILDS", cell: ({ builds }) => `${builds}`, side: "right" },
  { title: "INSTALLED (UTC)", cell: ({ installedAt }) => installedAt.slice(0, 16).replace("T", " "), leaveOut: 1 },
];

/** `millwright agent releases`. */
export async function listReleases(session: Session, options: PrefixOption & { prune?: true }): Promise<number> {
  const paths = requirePrefix(options);
  if (options.prune) settle(paths);
  const removed = options.prune ? prune(paths) : [];
  const releases = keptReleases(paths);
  const interrupted = interruptedUpgrade(paths);
  session.answer({ prefix: paths.prefix, releases, removed, ...(interrupted ? { interrupted } : {}) }, (output) => {
    for (const line of tableLines(releases, COLUMNS, output.style)) output.line(line);
    for (const { name, state, why } of releases) if (why) output.line(harmless(`${name} is ${state}: ${why}`));
    for (const name of removed) output.line(`Removed ${name}.`);
    if (interrupted) output.line(harmless(sentenceOf(interrupted)));
  });
  return EXIT.success;
}

/** An upgrade whose process is gone. */
function interruptedUpgrade(paths: PrefixPaths): UnderWay | undefined {
  const found = readJson<UnderWay>(paths.underWay);
  return found && !isAlive(found.pid) ? found : undefined;
}

function sentenceOf({ file, step, at }: UnderWay): string {
  const when = at.slice(0, 16).replace("T", " ");
  return `An upgrade to ${file} was ended while it was ${step} (${when} UTC). Begin it again: millwright agent upgrade ${file}`;
}
