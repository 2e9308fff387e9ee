import type { Clock } from "../../base/time/clock.ts";

/** More offers than these would only wait for each other: taking one up is some commits, and agents ask again after seconds. */
const MOST = 64;
/** While agents come back in a herd: what they hold lapses, what waits in the queue only waits. */
const MOST_IN_A_HERD = 4;
/** Then an offer that isn't answered after so long is likely one that its agent never got, and keeps nobody else waiting. */
const ANSWERED_IN_MS = 1_000;

/**
 * The offers that this controller made and nobody has answered yet. While there are many no more are made: when a fleet comes
 * back all at once, its agents would give up waiting for the answer to what they accepted, and the builds begin anew.
 * Kept in memory: what is wrong here costs a moment, never a build.
 */
export class OpenOffers {
  private readonly clock: Clock;
  private readonly offerMs: number;
  private readonly whenRoom: () => void;
  private readonly isHerd: () => boolean;
  private readonly madeAt = new Map<string, number>();
  /** Runs while somebody got nothing: offers that nobody answers make room too. */
  private timer: NodeJS.Timeout | undefined;

  /** `whenRoom` is called when there is room again after somebody got nothing. */
  constructor(clock: Clock, offerMs: number, isHerd: () => boolean, whenRoom: () => void) {
    this.clock = clock;
    this.isHerd = isHerd;
    this.offerMs = offerMs;
    this.whenRoom = whenRoom;
  }

  /** How many more may be made now. */
  room(): number {
    const now = this.clock.monotonic();
    for (const [leaseId, at] of this.madeAt) {
      if (at > now - this.offerMs) break; // they stand in the order in which they were made
      this.madeAt.delete(leaseId);
    }
    const isHerd = this.isHerd();
    const room = isHerd ? MOST_IN_A_HERD - this.madeSince(now - ANSWERED_IN_MS) : MOST - this.madeAt.size;
    if (room <= 0) {
      this.timer ??= setTimeout(() => this.roomAgain(), isHerd ? ANSWERED_IN_MS : this.untilOneLapses(now));
    }
    return room;
  }

  made(leaseId: string): void {
    this.madeAt.set(leaseId, this.clock.monotonic());
  }

  /** The agent took it or left it. */
  answered(leaseId: string): void {
    if (this.madeAt.delete(leaseId) && this.timer) this.roomAgain();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private madeSince(then: number): number {
    return [...this.madeAt.values()].filter((at) => at > then).length;
  }

  private roomAgain(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.whenRoom();
  }

  private untilOneLapses(now: number): number {
    const oldest = this.madeAt.values().next().value ?? now;
    return oldest + this.offerMs - now + 1;
  }
}
