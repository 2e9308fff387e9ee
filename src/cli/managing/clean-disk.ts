import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { loadAgentConfig } from "../../agent/config.ts";
import { type CleanedRow, type CleanReport, clean, cleaningLock } from "../../agent/disk/clean.ts";
import { cleanSettings } from "../../agent/disk/settings.ts";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { formatSize } from "../../base/units.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { ago } from "../terminal/ago.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, tableLines } from "../terminal/table.ts";

export interface CleanOptions {
  config: string;
  dryRun?: boolean;
}

const WHY: Record<CleanedRow["why"], string> = {
  left: "no build needs it",
  old: "not used for long",
  limit: "over disk.maxCache",
  space: "space is low",
};

const COLUMNS: Column<CleanedRow>[] = [
  { title: "KIND", cell: ({ kind }) => kind },
  { title: "SIZE", cell: ({ bytes }) => formatSize(bytes), side: "right" },
  { title: "USED", cell: ({ usedAt }) => ago(usedAt, Date.now()) },
  { title: "WHY", cell: ({ why }) => WHY[why] },
  { title: "WHAT", cell: ({ path, things }) => (things === 1 ? path : `${things} files in ${path}`) },
];

/** `millwright agent clean`. Throws CONFIG_…, and WORK_FOLDER_UNUSABLE for one that is missing or another user's. */
export async function cleanDisk(session: Session, { config, dryRun = false }: CleanOptions): Promise<number> {
  const settings = cleanSettings(loadAgentConfig(resolve(session.folder, config), session.environment));
  checkOwner(settings.workFolder);
  const waiting = () => session.output.note("Waiting for the agent, which cleans just now");
  const lock = cleaningLock(settings.workFolder);
  const release = dryRun ? () => {} : await takeLock(lock, new AbortController().signal, waiting);
  try {
    const report = await clean(settings, { dryRun });
    session.answer(report, (output) => show(report, output));
    return report.failed.length > 0 ? EXIT.notYours : EXIT.success;
  } finally {
    release();
  }
}

function show(report: CleanReport, output: Output): void {
  const rows = report.removed.length === 0 ? [] : tableLines(report.removed, COLUMNS, output.style);
  for (const line of rows) output.line(line);
  for (const { path, bytes, reason } of report.inUse) output.note(`Kept ${path} (${formatSize(bytes)}): ${reason}.`);
  for (const { path, reason } of report.failed) output.note(`Could not remove ${path}: ${reason}`);
  const { dryRun, removedBytes, keptBytes, freeBytesAfter } = report;
  const kept = `${formatSize(keptBytes)} are kept for later builds, ${formatSize(freeBytesAfter)} are free.`;
  if (report.removed.length === 0) output.line(`Nothing to clean away: ${kept}`);
  else output.line(`${dryRun ? "Would win" : "Won"} ${formatSize(removedBytes)}: ${kept}`);
}

/** What root makes in another user's folder, that user can't remove. */
export function checkOwner(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found)
    throw errorOf("WORK_FOLDER_UNUSABLE", { folder, reason: "It isn't there: no agent has run with it yet." });
  if (found.uid !== process.getuid?.()) {
    const reason = `It belongs to the user ${found.uid}: run this as that user.`;
    throw errorOf("WORK_FOLDER_UNUSABLE", { folder, reason });
  }
}
