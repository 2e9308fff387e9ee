import type { MillwrightError } from "../../base/errors/millwright-error.ts";
import { newId } from "../../base/ids.ts";
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
  /** This controller among the others. */
  private readonly self = newId("c");
  /** Which controller has the stream of an agent, as far as the others told: what was lost costs a moment. */
  private readonly elsewhere = new Map<string, string>();

  constructor(changes: Changes) {
    this.changes = changes;
    changes.onAgentWatched((agentId, by, isWatched) => this.toldOf(agentId, by, isWatched));
    changes.onWatchersAnew((by) => this.beginAnew(by));
    changes.watchersAnew(this.self); // the others tell what they have
  }

  /** Answers the function that takes the stream out again. */
  add(agentId: string, stream: Stream): () => void {
    this.streams.set(agentId, stream);
    this.changes.agentWatched(agentId, this.self, true);
    const stopListening = this.changes.onAgentWanted(agentId, () => {
      if (this.streams.get(agentId) === stream) stream.send(SYNC_NOW);
    });
    return () => {
      stopListening();
      if (this.streams.get(agentId) !== stream) return;
      this.streams.delete(agentId);
      this.changes.agentWatched(agentId, this.self, false);
    };
  }

  /** How many streams are open here. */
  get size(): number {
    return this.streams.size;
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

  /** Whether another controller has its stream. One that died can't say that it no longer has. */
  isElsewhere(agentId: string): boolean {
    return this.elsewhere.has(agentId);
  }

  private toldOf(agentId: string, by: string, isWatched: boolean): void {
    if (isWatched) this.elsewhere.set(agentId, by);
    else if (this.elsewhere.get(agentId) === by) this.elsewhere.delete(agentId); // else it has gone over to a third one
  }

  /** That one tells its streams from the beginning; without a name all do, because some of what was told got lost. */
  private beginAnew(by: string | undefined): void {
    if (by === undefined) {
      this.elsewhere.clear();
      this.changes.watchersAnew(this.self);
    }
    for (const [agentId, told] of this.elsewhere) if (told === by) this.elsewhere.delete(agentId);
    for (const agentId of this.streams.keys()) this.changes.agentWatched(agentId, this.self, true);
  }
}
