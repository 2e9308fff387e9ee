import { basename, resolve } from "node:path";
import { loadAgentConfig } from "../../agent/config.ts";
import { cleaningLock } from "../../agent/disk/clean.ts";
import { type KeptThing, keptThings, removeKept } from "../../agent/disk/kept.ts";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { formatSize, parseDuration } from "../../base/units.ts";
import { CACHE_KINDS } from "../../protocol/cache-use.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { ago } from "../terminal/ago.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { unknownWord, usageError } from "../usage.ts";
import { checkOwner } from "./clean-disk.ts";

export interface CacheOptions {
  config: string;
  app?: string;
  kind?: string;
}

export interface PruneOptions extends CacheOptions {
  olderThan?: string;
  dryRun?: boolean;
}

const COLUMNS: Column<KeptThing>[] = [
  { title: "KIND", cell: ({ kind }) => kind },
  { title: "APP", cell: ({ app }) => app },
  { title: "OF", cell: ({ scope }) => scope },
  { title: "SIZE", cell: ({ bytes }) => formatSize(bytes), side: "right" },
  { title: "FILES", cell: ({ files }) => (files === undefined ? "" : String(files)), side: "right" },
  { title: "USED", cell: ({ usedAt }) => ago(usedAt, Date.now()) },
  { title: "KEY", cell: ({ path }) => basename(path).slice(0, 12) },
];

/** `millwright agent cache list`. Throws USAGE, CONFIG_…, WORK_FOLDER_UNUSABLE. */
export async function listCaches(session: Session, command: string, options: CacheOptions): Promise<number> {
  const { things } = found(session, command, options);
  const totalBytes = sum(things);
  session.answer({ caches: things, totalBytes }, (output) => {
    show(things, output);
    output.line(things.length === 0 ? "Nothing is kept." : `${formatSize(totalBytes)} in all.`);
  });
  return EXIT.success;
}

/** `millwright agent cache prune`. Throws as `listCaches`. */
export async function pruneCaches(session: Session, command: string, options: PruneOptions): Promise<number> {
  const olderMs = options.olderThan === undefined ? 0 : parseDuration(options.olderThan);
  if (olderMs === undefined)
    throw usageError(command, `--older-than is a duration such as 7d: not ${options.olderThan}.`);
  const { things, workFolder } = found(session, command, options);
  const old = things.filter(({ usedAt }) => Date.now() - Date.parse(usedAt) >= olderMs);
  const { dryRun = false } = options;
  const report = dryRun ? { removed: old, failed: [] } : await remove(session, workFolder, old);
  const removedBytes = sum(report.removed);
  session.answer({ dryRun, ...report, removedBytes }, (output) => {
    show(report.removed, output);
    for (const { path, reason } of report.failed) output.note(`Kept ${path}: ${reason}`);
    output.line(`${dryRun ? "Would win" : "Won"} ${formatSize(removedBytes)}.`);
  });
  return report.failed.length > 0 ? EXIT.notYours : EXIT.success;
}

async function remove(session: Session, workFolder: string, things: readonly KeptThing[]) {
  const waiting = () => session.output.note("Waiting for the agent, which cleans just now");
  const release = await takeLock(cleaningLock(workFolder), new AbortController().signal, waiting);
  try {
    return await removeKept(workFolder, things);
  } finally {
    release();
  }
}

function found(session: Session, command: string, { config, app, kind }: CacheOptions) {
  const kinds = [...CACHE_KINDS, "mirrors"];
  if (kind !== undefined && !kinds.includes(kind)) throw unknownWord(command, "kind", kind, kinds);
  const { workFolder } = loadAgentConfig(resolve(session.folder, config), session.environment);
  checkOwner(workFolder);
  const things = keptThings(workFolder).filter(
    (thing) => (app === undefined || thing.app === app) && (kind === undefined || thing.kind === kind),
  );
  return { things, workFolder };
}

function show(things: readonly KeptThing[], output: Output): void {
  if (things.length === 0) return;
  for (const line of tableLines(things, COLUMNS, output.style)) output.line(line);
}

function sum(things: readonly KeptThing[]): number {
  return things.reduce((bytes, thing) => bytes + thing.bytes, 0);
}
