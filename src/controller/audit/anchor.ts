import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "../../base/files.ts";
import type { ChainAnchor } from "../../protocol/audit-chain.ts";

/** Where a controller keeps how far the audit had come: in its data folder, where nobody gets who can only write the store. */
export function anchorFile(dataFolder: string): string {
  return join(dataFolder, "audit.anchor");
}

/** Undefined when there is none. Throws when it can't be read. */
export function readAnchor(dataFolder: string): ChainAnchor | undefined {
  return readJson<ChainAnchor>(anchorFile(dataFolder));
}

/** Replaces it at once, and lets others work while the disk does: it is written every second that something happens. */
export async function writeAnchor(dataFolder: string, anchor: ChainAnchor): Promise<void> {
  const file = anchorFile(dataFolder);
  const next = await open(`${file}.next`, "w", 0o600);
  try {
    await next.writeFile(`${JSON.stringify(anchor)}\n`);
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.next`, file);
}
