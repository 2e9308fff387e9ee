import type { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { WatchEvent } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Changes } from "../live/changes.ts";

interface Stream {
  send: (event: WatchEvent) => void;
  /** Ends it with a reason. */
  cut: (why: MillwrightError) => void;
}

const SYNC_NOW: WatchEvent = { event: { $case: "syncNow", value: true } };

/** The open Watch streams, one an agent: the way to wake it. */
export class Watchers {
  private readonly streams = new Map<string, Stream>();
  private readonly changes: Changes;

  constructor(changes: Changes) {
    this.changes = changes;
  }

  /** Answers the function that takes the stream out again. */
  add(agentId: string, stream: Stream): () => void {
    this.streams.set(agentId, stream);
    const stopListening = this.changes.onAgentWanted(agentId, () => {
      if (this.streams.get(agentId) === stream) stream.send(SYNC_NOW);
    });
    return () => {
      stopListening();
      if (this.streams.get(agentId) === stream) this.streams.delete(agentId);
    };
  }

  /** Wakes an agent, also one whose stream another controller has. */
  syncNow(agentId: string): void {
    this.changes.agentWanted(agentId);
  }

  /** Ends the stream of an agent that is here; elsewhere the next call is refused. */
  cut(agentId: string, why: MillwrightError): void {
    this.streams.get(agentId)?.cut(why);
  }

  /** Wakes an agent if its stream is here. */
  syncNowHere(agentId: string): boolean {
    const stream = this.streams.get(agentId);
    stream?.send(SYNC_NOW);
    return stream !== undefined;
  }

  isHere(agentId: string): boolean {
    return this.streams.has(agentId);
  }
}
