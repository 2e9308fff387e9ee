import type { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { WatchEvent } from "../../protocol/generated/millwright/agent/v1/agent.ts";

interface Stream {
  send: (event: WatchEvent) => void;
  /** Ends it with a reason. */
  cut: (why: MillwrightError) => void;
}

/** The open Watch streams, one an agent: the way to wake it. */
export class Watchers {
  private readonly streams = new Map<string, Stream>();

  /** Answers the function that takes the stream out again. */
  add(agentId: string, stream: Stream): () => void {
    this.streams.set(agentId, stream);
    return () => {
      if (this.streams.get(agentId) === stream) this.streams.delete(agentId);
    };
  }

  syncNow(agentId: string): void {
    this.streams.get(agentId)?.send({ event: { $case: "syncNow", value: true } });
  }

  cut(agentId: string, why: MillwrightError): void {
    this.streams.get(agentId)?.cut(why);
  }

  /** The agents that can be woken. */
  agentIds(): string[] {
    return [...this.streams.keys()];
  }
}
