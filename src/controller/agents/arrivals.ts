import type { Clock } from "../../base/time/clock.ts";

/** So many sessions in so short a time are a fleet that comes back, not hosts that are started. */
const MANY = 50;
const WITHIN_MS = 2_000;

/** The sessions that agents opened just now. */
export class Arrivals {
  private readonly clock: Clock;
  /** When each of the last ones was opened, as a ring. */
  private readonly times: number[] = [];
  private next = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** An agent opened a session. */
  arrived(): void {
    this.times[this.next] = this.clock.monotonic();
    this.next = (this.next + 1) % MANY;
  }

  /** Whether agents come back in a herd now: those that have builds are to be heard before others get new ones. */
  isHerd(): boolean {
    const first = this.times[this.next]; // the oldest, once the ring is full
    return this.times.length === MANY && first !== undefined && this.clock.monotonic() - first < WITHIN_MS;
  }
}
