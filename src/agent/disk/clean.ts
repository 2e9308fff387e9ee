import { statfsSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import type { Cleanable, CleanKind } from "./cleanable.ts";
import { type CleanSettings, findAll } from "./find/find-all.ts";
import { removeSimulators } from "./find/simulators.ts";
import { heldIds, heldLeases } from "./held-leases.ts";
import { look } from "./measure.ts";
import { type CleanPlan, planCleaning, type WhyRemoved } from "./plan.ts";
import { removeFrom } from "./remove.ts";

/** One thing, or the many small ones of one place. */
export interface CleanedRow {
  kind: CleanKind;
  path: string;
  things: number;
  bytes: number;
  /** ISO 8601, of the one that was used last. */
  usedAt: string;
  why: WhyRemoved;
}

export interface CleanReport {
  /** Nothing was removed: this is what would be. */
  dryRun: boolean;
  removed: CleanedRow[];
  /** What would go if no build used it. */
  inUse: { kind: CleanKind; path: string; bytes: number; reason: string }[];
  failed: { kind: CleanKind; path: string; reason: string }[];
  removedBytes: number;
  /** What is kept for later builds. */
  keptBytes: number;
  freeBytesBefore: number;
  freeBytesAfter: number;
}

/** Another process holds a lock for longer only when it works. */
const LOCK_MS = 500;

/** Looks for what can go, and removes it; with `dryRun` it only looks. Each thing that can't be removed is told, and left. */
export async function clean(settings: CleanSettings, options: { dryRun: boolean }): Promise<CleanReport> {
  const { workFolder } = settings;
  const freeBytesBefore = freeBytes(workFolder);
  const held = heldLeases(workFolder);
  const now = { at: Date.now(), freeBytes: freeBytesBefore, buildsSince: held.since };
  const plan = planCleaning(await findAll(settings, held, now.at), settings.limits, now);
  const report = emptyReport(plan, options.dryRun, freeBytesBefore);
  const rows = new Map<string, CleanedRow>();
  let simulatorsGone = false;
  for (const { item, why } of plan.remove) {
    try {
      if (!options.dryRun && !(item.simulator && simulatorsGone)) {
        const remove = () => removeSimulators({ ...settings.environment, HOME: settings.home });
        const reason = await removeItem({ workFolder, removeSimulators: remove }, item, held.ids);
        simulatorsGone ||= item.simulator !== undefined && reason === undefined;
        if (reason !== undefined) {
          report.inUse.push(told(item, reason));
          continue;
        }
      }
      addRow(rows, item, why);
      report.removedBytes += item.bytes;
    } catch (error) {
      report.failed.push({ kind: item.kind, path: item.path, reason: (error as Error).message });
    }
  }
  report.removed = [...rows.values()];
  report.freeBytesAfter = freeBytes(workFolder);
  return report;
}

/** Answers why it was left, undefined when it is gone. What has begun since the plan was made is looked at again. */
export async function removeItem(
  { workFolder, removeSimulators }: { workFolder: string; removeSimulators?: () => Promise<void> },
  item: Cleanable,
  held: ReadonlySet<string>,
): Promise<string | undefined> {
  const isNew = () => item.while === "idle" && heldIds(workFolder).some((id) => !held.has(id));
  const isUsed = () => item.while === "unless-used" && (look(item.path)?.mtimeMs ?? 0) > item.usedAt + 1;
  const isFree = () => !isNew() && !isUsed();
  if (item.simulator !== undefined) {
    if (!isFree()) return "a build has begun that may use it";
    await removeSimulators?.();
    return undefined;
  }
  const release = item.lock === undefined ? () => {} : await tryLock(item.lock);
  if (!release) return "a build uses it";
  try {
    if (look(item.path) === undefined) return undefined;
    return removeFrom(item.root, item.path, isFree) ? undefined : "a build has begun that may use it";
  } finally {
    release();
  }
}

async function tryLock(folder: string): Promise<(() => void) | undefined> {
  try {
    return await takeLock(folder, AbortSignal.timeout(LOCK_MS));
  } catch (error) {
    if ((error as Error).name === "TimeoutError") return undefined;
    throw error;
  }
}

/** Held while one cleans, so that the daemon and an operator don't do it at once. */
export function cleaningLock(workFolder: string): string {
  return join(workFolder, "cleaning.lock");
}

function addRow(rows: Map<string, CleanedRow>, item: Cleanable, why: WhyRemoved): void {
  const path = item.partOf ?? item.path;
  const key = `${path} ${why}`;
  const row = rows.get(key);
  const used = row === undefined ? item.usedAt : Math.max(item.usedAt, Date.parse(row.usedAt));
  const usedAt = new Date(used).toISOString();
  rows.set(key, {
    kind: item.kind,
    path,
    things: (row?.things ?? 0) + 1,
    bytes: (row?.bytes ?? 0) + item.bytes,
    usedAt,
    why,
  });
}

function emptyReport(plan: CleanPlan, dryRun: boolean, free: number): CleanReport {
  return {
    dryRun,
    removed: [],
    inUse: inUseRows(plan),
    failed: [],
    removedBytes: 0,
    keptBytes: plan.keptBytes,
    freeBytesBefore: free,
    freeBytesAfter: free,
  };
}

function inUseRows(plan: CleanPlan): CleanReport["inUse"] {
  const rows = new Map<string, CleanReport["inUse"][number]>();
  for (const { item, reason } of plan.inUse) {
    const row = told(item, reason);
    rows.set(row.path, { ...row, bytes: row.bytes + (rows.get(row.path)?.bytes ?? 0) });
  }
  return [...rows.values()];
}

function told({ kind, path, partOf, bytes }: Cleanable, reason: string) {
  return { kind, path: partOf ?? path, bytes, reason };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
