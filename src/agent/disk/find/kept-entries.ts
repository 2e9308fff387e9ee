import { join } from "node:path";
import { ENTRIES_FOLDER, findEntries } from "../../../protocol/cache-entries.ts";
import type { Cleanable } from "../cleanable.ts";
import { measure } from "../measure.ts";

/**
 * What builds kept for later builds of their app. Each may go at any time: a build that reads one sees that it is no longer
 * whole, and goes on without. One that can't be read is of no use to anybody.
 */
export function findKeptEntries(workFolder: string): Cleanable[] {
  return findEntries(join(workFolder, ENTRIES_FOLDER)).map(({ folder, header, usedAtMs }) => {
    const place = { path: folder, root: workFolder, while: "anytime" as const };
    if (!header) return { ...place, ...measure(folder), kind: "leftovers" as const, left: true };
    return { ...place, kind: header.kind, bytes: header.bytes, usedAt: usedAtMs };
  });
}
