import { join } from "node:path";
import { readJson, writeFileAtomically } from "../../base/files.ts";
import type { ChainAnchor } from "../../protocol/audit-chain.ts";

/** Where a controller keeps how far the audit had come: in its data folder, where nobody gets who can only write the store. */
export function anchorFile(dataFolder: string): string {
  return join(dataFolder, "audit.anchor");
}

/** Undefined when there is none. Throws when it can't be read. */
export function readAnchor(dataFolder: string): ChainAnchor | undefined {
  return readJson<ChainAnchor>(anchorFile(dataFolder));
}

export function writeAnchor(dataFolder: string, anchor: ChainAnchor): void {
  writeFileAtomically(anchorFile(dataFolder), `${JSON.stringify(anchor)}\n`);
}
