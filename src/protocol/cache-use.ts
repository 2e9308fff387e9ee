/**
 * What of a build can be kept for later builds of the same app. `gradle`, `npm` and `cocoapods` are what those tools keep for
 * themselves; `platforms` is what `cordova platform add` made.
 */
export const CACHE_KINDS = ["npm", "node-modules", "gradle", "cocoapods", "platforms"] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/** What a build did with one cache, as the detail of an event says it (JSON). */
export interface CacheUse {
  cache: CacheKind;
  /** `older`: of another lock file, as a start. `broken`: it was thrown away, and the build went on as without it. */
  result: "hit" | "older" | "miss" | "broken";
  files: number;
  bytes: number;
  /** How long restoring took. */
  tookMs: number;
  /** Compared to the build that made it; 0 when nothing is known to be saved. */
  savedMs: number;
}

/** The use that an event tells; undefined when it tells none that is known. */
export function readCacheUse(detail: string): CacheUse | undefined {
  try {
    const { cache, result, files, bytes, tookMs, savedMs } = JSON.parse(detail) as CacheUse;
    if (!CACHE_KINDS.includes(cache) || !["hit", "older", "miss", "broken"].includes(result)) return undefined;
    if (![files, bytes, tookMs, savedMs].every((each) => Number.isInteger(each) && each >= 0)) return undefined;
    return { cache, result, files, bytes, tookMs, savedMs };
  } catch {
    return undefined;
  }
}
