import type { Services } from "../services.ts";

/** So many heartbeats of idle agents a second are enough for one controller: they cost about a tenth of a core. */
const HEARTBEATS_PER_SECOND = 200;
/** Agents spread their heartbeats by a fifth, and repeat one that failed within seconds. */
const OF_SUSPICION = 0.6;

/** After how many milliseconds an idle agent says again that it is there: less often in a large fleet, always before it is suspected. */
export function idlePaceMs({ timing, watchers }: Pick<Services, "timing" | "watchers">): number {
  const forAll = (watchers.size * 1000) / HEARTBEATS_PER_SECOND;
  return Math.max(timing.syncIdleMs, Math.min(forAll, timing.suspectMs * OF_SUSPICION));
}
