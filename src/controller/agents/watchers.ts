import type { WatchEvent } from "../../protocol/generated/millwright/agent/v1/agent.ts";

type Send = (event: WatchEvent) => void;

/** The open Watch streams, one an agent: the way to wake it. */
export class Watchers {
  private readonly streams = new Map<string, Send>();

  /** Answers the function that takes the stream out again. */
  add(agentId: string, send: Send): () => void {
    this.streams.set(agentId, send);
    return () => {
      if (this.streams.get(agentId) === send) this.streams.delete(agentId);
    };
  }

  syncNow(agentId: string): void {
    this.streams.get(agentId)?.({ event: { $case: "syncNow", value: true } });
  }

  /** The agents that can be woken. */
  agentIds(): string[] {
    return [...this.streams.keys()];
  }
}
