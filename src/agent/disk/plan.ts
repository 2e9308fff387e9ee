import type { Cleanable } from "./cleanable.ts";

export interface CleanLimits {
  /** What nothing used for so long goes. */
  keepMs: number;
  /** All that is kept for later builds may be so large. */
  maxCacheBytes: number;
  /** With less free space than this, more goes than these two say. */
  cleanBelowBytes: number;
}

export interface CleanNow {
  at: number;
  freeBytes: number;
  /** When the first of the builds began that run; undefined when none does. */
  buildsSince: number | undefined;
}

export type WhyRemoved = "left" | "old" | "limit" | "space";

export interface CleanPlan {
  remove: { item: Cleanable; why: WhyRemoved }[];
  /** What would go if nothing used it. */
  inUse: { item: Cleanable; reason: string }[];
  /** What stays, in use or not. */
  keptBytes: number;
}

/** A build's own clock and that of its files may differ by this. */
const CLOSE_MS = 60_000;

/**
 * What goes: what is left of dead builds; what is old; then what was longest unused, until all is within the limit and enough
 * is free. Never what is in use.
 */
export function planCleaning(found: readonly Cleanable[], limits: CleanLimits, now: CleanNow): CleanPlan {
  const plan: CleanPlan = { remove: [], inUse: [], keptBytes: 0 };
  let free = now.freeBytes;
  let kept = found.reduce((sum, { left, bytes }) => sum + (left ? 0 : bytes), 0);
  const decide = (item: Cleanable): WhyRemoved | undefined => {
    if (item.left) return "left";
    if (now.at - item.usedAt > limits.keepMs) return "old";
    if (item.byAgeOnly) return undefined;
    if (kept > limits.maxCacheBytes) return "limit";
    return free < limits.cleanBelowBytes ? "space" : undefined;
  };
  for (const item of [...found].sort(
    (a, b) => Number(b.left ?? false) - Number(a.left ?? false) || a.usedAt - b.usedAt,
  )) {
    const why = decide(item);
    if (!why) continue;
    const reason = whyInUse(item, now.buildsSince);
    if (reason !== undefined) {
      plan.inUse.push({ item, reason });
      continue;
    }
    plan.remove.push({ item, why });
    free += item.bytes;
    if (!item.left) kept -= item.bytes;
  }
  plan.keptBytes = kept;
  return plan;
}

/** Why the item can't go now; undefined when it can. */
export function whyInUse(item: Cleanable, buildsSince: number | undefined): string | undefined {
  if (item.busy !== undefined) return item.busy;
  if (buildsSince === undefined || item.while === "anytime") return undefined;
  if (item.while === "idle") return "builds run that may use it";
  return item.usedAt > buildsSince - CLOSE_MS ? "a build that runs may use it" : undefined;
}
