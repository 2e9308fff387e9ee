import type { WatchEvent } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Changes } from "../live/changes.ts";

type Send = (event: WatchEvent) => void;

/** The open Watch streams, one an agent: the way to wake it. */
export class Watchers {
  private readonly streams = new Map<string, Send>();
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Answers the function that takes the stream out again. */
  add(agentId: string, send: Send): () => void {
    this.streams.set(agentId, send);
    const stopListening = this.changes.onAgentWanted(agentId, () => {
      if (this.streams.get(agentId) === send) send({ event: { $case: "syncNow", value: true } });
    });
    return () => {
      stopListening();
      if (this.streams.get(agentId) === send) this.streams.delete(agentId);
    };
  }

  /** Wakes an agent, also one whose stream another controller has. */
  syncNow(agentId: string): void {
    this.changes.agentWanted(agentId);
  }

  /** Wakes an agent if its stream is here. */
  syncNowHere(agentId: string): boolean {
    const send = this.streams.get(agentId);
    send?.({ event: { $case: "syncNow", value: true } });
    return send !== undefined;
  }

  isHere(agentId: string): boolean {
    return this.streams.has(agentId);
  }
}
