import { join } from "node:path";
import { findMarked } from "../../../base/processes/marked.ts";
import { jobMarker, privateFolders } from "../../../protocol/job-folder/paths.ts";
import { PER_LEASE } from "../../jobs/leftovers.ts";
import type { Cleanable } from "../cleanable.ts";
import { YOUNG_MS } from "../held-leases.ts";
import { entriesOf, foldersIn, look, measure, TRASH } from "../measure.ts";

const LEASE = /^l[0-9a-f]{16}$/;
/** Of another agent's build as well may be what lies where all agents of this user meet. */
const LONGEST_BUILD_MS = 2 * 86_400_000;

export interface LeftoverGround {
  workFolder: string;
  held: ReadonlySet<string>;
  now: number;
  /** Checkouts that the configuration tells to keep go by their age, like caches. */
  keepWorktree: boolean;
}

/** Checkouts, temporary folders and half-made things that no build knows. */
export function findLeftovers(ground: LeftoverGround): Cleanable[] {
  const { workFolder, held, now } = ground;
  const perLease = ["jobs", ...PER_LEASE].flatMap((name) =>
    entriesOf(join(workFolder, name)).flatMap((entry) => {
      if (!LEASE.test(entry.name) || held.has(entry.name)) return [];
      const found = leftover(workFolder, join(workFolder, name, entry.name));
      if (now - found.usedAt < YOUNG_MS || findMarked(jobMarker(entry.name)).length > 0) return [];
      const kept = ground.keepWorktree && name === "worktrees";
      return [kept ? { ...found, kind: "checkouts" as const, left: false } : found];
    }),
  );
  return [...perLease, ...halfMade(ground), ...secretsOfDead(ground)];
}

/** What an interrupted cleaning left. */
export function findTrash(root: string): Cleanable[] {
  return entriesOf(join(root, TRASH)).map(({ name }) => leftover(root, join(root, TRASH, name)));
}

/** A mirror or a cordova is made beside its place and renamed; one that was given up stays behind. */
function halfMade({ workFolder, now }: LeftoverGround): Cleanable[] {
  return ["mirrors", "tools"].flatMap((place) =>
    foldersIn(join(workFolder, place))
      .filter((name) => name.endsWith(".new"))
      .map((name) => join(workFolder, place, name))
      .filter((path) => now - measure(path).usedAt > YOUNG_MS)
      .map((path) => ({ ...leftover(workFolder, path), lock: `${path.slice(0, -".new".length)}.lock` })),
  );
}

/** In memory, for which a build that was killed may have had no time. */
function secretsOfDead({ held, now }: LeftoverGround): Cleanable[] {
  const { memory } = privateFolders("", "");
  const root = join(memory, "..");
  const prefix = memory.slice(root.length + 1);
  return foldersIn(root).flatMap((name) => {
    const leaseId = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    const path = join(root, name);
    if (!LEASE.test(leaseId) || held.has(leaseId) || look(path)?.uid !== process.getuid?.()) return [];
    const found = leftover(root, path);
    if (now - found.usedAt < LONGEST_BUILD_MS || findMarked(jobMarker(leaseId)).length > 0) return [];
    return [found];
  });
}

function leftover(root: string, path: string): Cleanable {
  return { kind: "leftovers", path, root, left: true, while: "anytime", ...measure(path) };
}
