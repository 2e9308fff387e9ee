import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { HostCaches } from "../../../src/protocol/job-folder/spec.ts";

/** Caches of a host below `root`, empty. */
export function hostCaches(root: string, overrides: Partial<HostCaches> = {}): HostCaches {
  const caches: HostCaches = {
    entries: join(root, "caches", "entries"),
    storing: join(root, "storing"),
    keep: ["npm", "node-modules"],
    keepFreeBytes: 1,
    maxEntryBytes: 2 ** 30,
    ...overrides,
  };
  mkdirSync(caches.storing);
  return caches;
}
