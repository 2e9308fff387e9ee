import type { Clock } from "../../base/time/clock.ts";

/**
 * How long agents have been silent, on a clock that never jumps. After a start nobody has been silent longer than this
 * controller has been up: that is the grace in which agents come back before anything is given up.
 */
export class Presence {
  private readonly clock: Clock;
  private since: number;
  private readonly lastContact = new Map<string, number>();
  /** What the store said of an agent's last contact, by the clock of whoever wrote it. */
  private readonly told = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
    this.since = clock.monotonic();
  }

  heard(agentId: string): void {
    this.lastContact.set(agentId, this.clock.monotonic());
  }

  /**
   * What the store has of agents that also speak to other controllers. Of an agent whose entry is another than at the last
   * look it is known that it spoke since, whatever the clocks are like; what the first look finds is believed when it is younger than
   * `recentMs`.
   */
  look(contacts: readonly { id: string; at: number }[], recentMs: number): void {
    for (const { id, at } of contacts) {
      const before = this.told.get(id);
      this.told.set(id, at);
      if (before === at) continue;
      const agoMs = Math.max(0, this.clock.now() - at);
      if (before !== undefined) this.heard(id);
      else if (!this.lastContact.has(id) && agoMs < recentMs) this.lastContact.set(id, this.clock.monotonic() - agoMs);
    }
  }

  /** Milliseconds since the last contact, or since the start when there was none. */
  silence(agentId: string): number {
    return this.clock.monotonic() - (this.lastContact.get(agentId) ?? this.since);
  }

  /** Whether the agent has been in contact with this controller at all. */
  wasHeard(agentId: string): boolean {
    return this.lastContact.has(agentId);
  }

  isHeardWithin(agentId: string, ms: number): boolean {
    return this.wasHeard(agentId) && this.silence(agentId) < ms;
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
