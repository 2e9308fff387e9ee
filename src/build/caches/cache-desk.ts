import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatDuration, formatSize } from "../../base/units.ts";
import { type CacheHeader, entryPaths } from "../../protocol/cache-entries.ts";
import type { CacheKind, CacheUse } from "../../protocol/cache-use.ts";
import type { EventWriter } from "../../protocol/job-folder/events.ts";
import type { HostCaches } from "../../protocol/job-folder/spec.ts";
import type { StepId } from "../../protocol/steps.ts";
import type { JobContext } from "../job/context.ts";
import { freeBytes } from "../preflight/disk.ts";
import { BrokenEntry } from "./entry-list.ts";
import { type KeepOptions, type Kept, keepEntry, NotKept } from "./keep-entry.ts";
import { type KeyWords, keyOf } from "./key.ts";
import { restoreEntry } from "./restore-entry.ts";
import { type Scopes, scopeFolder, scopesOf } from "./scope.ts";

/** What a cache is called in a log. */
export const NAMES: Readonly<Record<CacheKind, string>> = {
  npm: "npm's cache",
  "node-modules": "node_modules",
  gradle: "Gradle's home",
  cocoapods: "CocoaPods' cache",
  platforms: "platforms/ and plugins/",
};

export interface Wish {
  kind: CacheKind;
  step: StepId;
  words: KeyWords;
  /** A folder that isn't there. */
  target: string;
  /** Another entry of the kind will do as a start: the tool knows what of it is good. */
  olderToo: boolean;
}

/** The entries of this job's app: all that is read and kept goes through here. */
export class CacheDesk {
  readonly settings: HostCaches;
  private readonly context: JobContext;
  private readonly events: EventWriter;
  private scopes: Promise<Scopes> | undefined;
  private count = 0;

  constructor(context: JobContext, events: EventWriter, settings: HostCaches) {
    this.context = context;
    this.events = events;
    this.settings = settings;
  }

  wants(kind: CacheKind): boolean {
    return this.settings.keep.includes(kind);
  }

  /** Restores the first entry that is whole, and says what came of it in the log. Throws only what stopped the job. */
  async restore(wish: Wish): Promise<{ use: CacheUse; header: CacheHeader | undefined }> {
    const { kind, target } = wish;
    const startedAt = performance.now();
    const none = { cache: kind, files: 0, bytes: 0, tookMs: 0, savedMs: 0 };
    let broken = false;
    for (const folder of await this.candidates(wish)) {
      try {
        const header = await restoreEntry(folder, target, () => this.context.stop.check());
        const result = header.key === keyOf(wish.words) ? ("hit" as const) : ("older" as const);
        const tookMs = Math.round(performance.now() - startedAt);
        const { files, bytes } = header;
        const from = result === "older" ? ", kept with another lock file," : "";
        const instead = wish.olderToo ? "" : ` instead of ${formatDuration(header.tookMs)}`;
        const size = `${files} files, ${formatSize(bytes)}`;
        this.say(`${NAMES[kind]}${from} restored: ${size} in ${formatDuration(tookMs)}${instead}`);
        return { use: { ...none, result, files, bytes, tookMs }, header };
      } catch (error) {
        this.context.stop.check();
        broken ||= error instanceof BrokenEntry;
        this.giveUp(kind, folder, error as Error);
      }
    }
    if (!broken) this.say(`nothing is kept for ${NAMES[kind]} yet`);
    return { use: { ...none, result: broken ? "broken" : "miss" }, header: undefined };
  }

  /** Tells a use as an event of the build. */
  report(step: StepId, use: CacheUse): void {
    this.events.write({ kind: "cache", step, title: NAMES[use.cache], outcome: "ok", detail: JSON.stringify(use) });
  }

  say(text: string): void {
    this.context.log.line(`Cache: ${text}`);
  }

  /** A folder of this job alone, on the file system of the entries. */
  stage(): string {
    this.count += 1;
    const folder = join(this.settings.storing, this.context.spec.lease.leaseId, String(this.count));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  async place(kind: CacheKind, words: KeyWords): Promise<{ folder: string; about: Kept }> {
    const { own } = await this.scopesOfJob();
    const { id, name } = this.context.spec.app;
    const key = keyOf(words);
    return {
      folder: join(this.folderOf(own, kind), key),
      about: { kind, key, app: { id, name }, scope: own, tookMs: 0 },
    };
  }

  /** Throws NotKept, and what the file system says. */
  async keep(options: Omit<KeepOptions, "maxBytes">): Promise<CacheHeader> {
    const free = await freeBytes(this.settings.storing);
    const { keepFreeBytes, maxEntryBytes } = this.settings;
    if (free < keepFreeBytes) throw new NotKept(`only ${formatSize(free)} are free (disk.cleanBelow)`);
    return await keepEntry({ ...options, maxBytes: maxEntryBytes });
  }

  close(): void {
    rmSync(join(this.settings.storing, this.context.spec.lease.leaseId), { recursive: true, force: true });
  }

  /** Folders of entries, best first: the key's own, then the latest of the kind; of the own scope before the default one. */
  private async candidates({ kind, words, olderToo }: Wish): Promise<string[]> {
    const { readable } = await this.scopesOfJob();
    const key = keyOf(words);
    const folders = readable.map((scope) => this.folderOf(scope, kind));
    const exact = folders.map((folder) => join(folder, key)).filter((folder) => existsSync(folder));
    if (!olderToo) return exact;
    const older = folders.flatMap((folder) => latestIn(folder));
    return [...exact, ...older.filter((folder) => !exact.includes(folder))].slice(0, 3);
  }

  private folderOf(scope: string, kind: CacheKind): string {
    return join(this.settings.entries, this.context.spec.app.id.replaceAll(/[^\w-]/g, "-"), scopeFolder(scope), kind);
  }

  private scopesOfJob(): Promise<Scopes> {
    this.scopes ??= scopesOf(this.context);
    return this.scopes;
  }

  private giveUp(kind: CacheKind, folder: string, error: Error): void {
    if (!(error instanceof BrokenEntry)) {
      this.say(`! ${NAMES[kind]} can't be restored: ${error.message}. The build goes on without.`);
      return;
    }
    this.say(`! what was kept of ${NAMES[kind]} is thrown away: ${error.message}. The build goes on without.`);
    try {
      const aside = join(this.stage(), "broken");
      renameSync(folder, aside);
      rmSync(aside, { recursive: true, force: true });
    } catch {
      // Another build was faster.
    }
  }
}

/** The entry of a kind that was used last. */
function latestIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder).map((name) => join(folder, name));
    const used = (entry: string) => statSync(entryPaths(entry).header, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return entries
      .filter((entry) => used(entry) > 0)
      .sort((a, b) => used(b) - used(a))
      .slice(0, 1);
  } catch {
    return []; // nothing was kept yet
  }
}
