import type { Clock } from "../../base/time/clock.ts";

/**
 * How long agents have been silent, on a clock that never jumps. After a start nobody has been silent longer than this
 * controller has been up: that is the grace in which agents come back before anything is given up.
 */
export class Presence {
  private readonly clock: Clock;
  private since: number;
  private readonly lastContact = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
    this.since = clock.monotonic();
  }

  heard(agentId: string): void {
    this.lastContact.set(agentId, this.clock.monotonic());
  }

  /** Milliseconds since the last contact, or since the start when there was none. */
  silence(agentId: string): number {
    return this.clock.monotonic() - (this.lastContact.get(agentId) ?? this.since);
  }

  /** Whether the agent has been in contact with this controller at all. */
  wasHeard(agentId: string): boolean {
    return this.lastContact.has(agentId);
  }

  /** This controller stood still for so long and could hear nobody: that time is no one's silence. */
  stoodStill(ms: number): void {
    const now = this.clock.monotonic();
    this.since = Math.min(now, this.since + ms);
    for (const [agentId, at] of this.lastContact) this.lastContact.set(agentId, Math.min(now, at + ms));
  }

  gone(agentId: string): void {
    this.lastContact.delete(agentId);
  }
}
