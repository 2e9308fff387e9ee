/** What can be cleaned away, by what it is. */
export const CLEAN_KINDS = [
  "leftovers",
  "checkouts",
  "mirrors",
  "tools",
  "npm",
  "gradle",
  "cocoapods",
  "node-modules",
  "platforms",
  "derived-data",
  "archives",
  "simulators",
] as const;
export type CleanKind = (typeof CLEAN_KINDS)[number];

/** Caches of the agent's user, outside its work folder, that an operator may give to the janitor. */
export const USER_CACHES = ["npm", "gradle", "cocoapods", "derived-data", "archives", "simulators"] as const;
export type UserCache = (typeof USER_CACHES)[number];

/** A file or folder that builds can do without. */
export interface Cleanable {
  kind: CleanKind;
  path: string;
  /** The folder that it must lie in: nothing between the two may be a link. */
  root: string;
  bytes: number;
  /** When something of it was last read or changed, as far as the file system tells. */
  usedAt: number;
  /** Nobody can need it any more, whatever its age. */
  left?: boolean;
  /** It only goes when it is old: no cache that fills again. */
  byAgeOnly?: boolean;
  /**
   * Whether it may go while builds run: `anytime`; `unless-used` since the first of them began; or only when none does, for what
   * is used without a lock or a trace.
   */
  while: "anytime" | "unless-used" | "idle";
  /** Why it is used at this moment, whatever else is known. */
  busy?: string;
  /** A ticket lock that is held by whoever changes it. */
  lock?: string;
  /** What it is told as, when it is one of very many. */
  partOf?: string;
  /** Removed by a tool, and not by its path: see `removeSimulators`. */
  simulator?: string;
}
