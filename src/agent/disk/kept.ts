import { join } from "node:path";
import { ENTRIES_FOLDER, findEntries } from "../../protocol/cache-entries.ts";
import type { CacheKind } from "../../protocol/cache-use.ts";
import { removeItem } from "./clean.ts";
import { findKeptEntries } from "./find/kept-entries.ts";
import { findMirrors } from "./find/mirrors.ts";
import { heldIds } from "./held-leases.ts";

/** What is kept for later builds, as a person asks for it. */
export interface KeptThing {
  kind: CacheKind | "mirrors" | "damaged";
  /** The app's name; empty for a mirror, which is of a repository. */
  app: string;
  /** `default`, or a branch, tag or commit. */
  scope: string;
  path: string;
  bytes: number;
  files?: number;
  /** ISO 8601. */
  usedAt: string;
}

/** The longest unused first. */
export function keptThings(workFolder: string): KeptThing[] {
  const entries = findEntries(join(workFolder, ENTRIES_FOLDER)).map(({ folder, header, usedAtMs }): KeptThing => {
    const usedAt = new Date(usedAtMs).toISOString();
    if (!header) return { kind: "damaged", app: "", scope: "", path: folder, bytes: 0, usedAt };
    const { kind, app, scope, bytes, files } = header;
    return { kind, app: app.name, scope, path: folder, bytes, files, usedAt };
  });
  const mirrors = findMirrors(workFolder).map(({ path, bytes, usedAt }): KeptThing => {
    return { kind: "mirrors", app: "", scope: "", path, bytes, usedAt: new Date(usedAt).toISOString() };
  });
  return [...entries, ...mirrors].sort((a, b) => (a.usedAt < b.usedAt ? -1 : 1));
}

export interface KeptRemoved {
  removed: KeptThing[];
  failed: { path: string; reason: string }[];
}

/** Removes them as a cleaning does: what a build uses at this moment stays, and is told. */
export async function removeKept(workFolder: string, things: readonly KeptThing[]): Promise<KeptRemoved> {
  const report: KeptRemoved = { removed: [], failed: [] };
  const items = new Map([...findKeptEntries(workFolder), ...findMirrors(workFolder)].map((item) => [item.path, item]));
  const held = new Set(heldIds(workFolder));
  for (const thing of things) {
    const item = items.get(thing.path);
    if (!item) continue; // gone by itself
    try {
      const reason = item.busy ?? (await removeItem({ workFolder }, item, held));
      if (reason === undefined) report.removed.push(thing);
      else report.failed.push({ path: thing.path, reason });
    } catch (error) {
      report.failed.push({ path: thing.path, reason: (error as Error).message });
    }
  }
  return report;
}
