import type { Clock } from "../../base/time/clock.ts";
import type { Spared } from "../agents/spared.ts";
import { needOf } from "../agents/target-platforms.ts";
import type { WaitingBuild } from "../store/lease-store.ts";

/** A build that nobody took for so long after it was left is left anew: what was is no sign of what will be. */
const FORGOTTEN_MS = 60_000;

/**
 * Leaves builds to agents that suit them better, each for a short time only: as many as those agents have free slots.
 * Kept in memory: a restart costs the wait once more, never a build.
 */
export class BetterFit {
  private readonly leftSince = new Map<number, number>();
  private readonly clock: Clock;
  private readonly mostMs: number;
  private readonly whenOver: () => void;
  private timer: NodeJS.Timeout | undefined;

  /** `whenOver` is called when builds that were left may go to anyone. */
  constructor(clock: Clock, mostMs: number, whenOver: () => void) {
    this.clock = clock;
    this.mostMs = mostMs;
    this.whenOver = whenOver;
  }

  /** Whether an agent leaves the build to one of `better`; uses up one of their slots for this claim. */
  leaves(better: Spared, build: WaitingBuild): boolean {
    const remaining = this.remaining(build.id);
    if (remaining <= 0 || !better.take(needOf(build))) return false;
    if (!this.leftSince.has(build.id)) this.leftSince.set(build.id, this.clock.monotonic());
    this.timer ??= setTimeout(() => this.over(), remaining);
    return true;
  }

  /** The build was given out. */
  given(buildId: number): void {
    this.leftSince.delete(buildId);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private over(): void {
    this.timer = undefined;
    const now = this.clock.monotonic();
    for (const [id, since] of this.leftSince) if (now - since > FORGOTTEN_MS) this.leftSince.delete(id);
    this.whenOver();
  }

  private remaining(buildId: number): number {
    const since = this.leftSince.get(buildId);
    return since === undefined ? this.mostMs : since + this.mostMs - this.clock.monotonic();
  }
}
