import type { BuildView, LeaseView } from "./transitions.ts";
import { whyStale } from "./transitions.ts";

export type Directive =
  | { action: "continue" }
  | { action: "cancel"; reason: string }
  | { action: "abandon"; reason: string }
  | { action: "forget"; reason: string };

/**
 * What an agent should do with a lease that it says it holds. `known` is what the store has under that id; a lease that is
 * unknown belongs to another controller or to a store that was restored from an older state.
 */
export function directiveFor(
  reported: { fence: number },
  known: { build: BuildView; lease: LeaseView } | undefined,
): Directive {
  if (!known) return { action: "abandon", reason: "the controller doesn't know this lease" };
  const { build, lease } = known;
  if (lease.ended === "completed") return { action: "forget", reason: "all of it is recorded" };
  if (reported.fence !== lease.fence) return { action: "abandon", reason: "the fence is not that of the lease" };
  const stale = whyStale(build, lease);
  if (stale) return { action: "abandon", reason: stale };
  if (build.cancelRequested) return { action: "cancel", reason: "cancel asked for" };
  return { action: "continue" };
}
