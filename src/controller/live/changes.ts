import { EventEmitter } from "node:events";

/** What a build that came into the queue needs, as its row says. */
export interface QueueNeed {
  platform: string;
  requirement: string | null;
}

/** The way to the other controllers on the same store. */
export interface Relay {
  /** Never throws; what is lost is lost. */
  send(name: string): void;
}

const NO_MORE_DELIVERIES = "no more deliveries";
/** What says nothing when it doesn't name one. */
const OF_ANY = ["any build", "any account", "agent held", "agent watched", NO_MORE_DELIVERIES];
const MISSED = "missed";

/**
 * Who wants to know that something changed: followers of a build, and the dispatcher. Only a nudge: who is woken reads the
 * store. A lost one costs latency, because every waiter also looks from time to time.
 */
export class Changes {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private readonly relay: Relay | undefined;

  /** With a relay the other controllers are told too. */
  constructor(relay?: Relay) {
    this.relay = relay;
  }

  buildChanged(buildId: number): void {
    this.tellAll(`build ${buildId}`);
    this.emitter.emit("deliveries"); // its end is written together with what it owes
  }

  /** It is there now. */
  buildAsked(buildId: number): void {
    this.tellAll(`asked ${buildId}`);
  }

  deliveriesDue(): void {
    this.emitter.emit("deliveries");
  }

  noMoreDeliveries(): void {
    this.emitter.emit(NO_MORE_DELIVERIES);
  }

  deliveryTried(deliveryId: number): void {
    this.tellAll(`delivery ${deliveryId}`);
  }

  logGrew(buildId: number): void {
    this.tellAll(`log ${buildId}`);
  }

  /** The room that an account has under its limit: a waiting build of it may now be shown otherwise. */
  accountChanged(accountId: string): void {
    this.tellAll(`account ${accountId}`);
  }

  /** Without a need it may be for any build. */
  queueGrew(need?: QueueNeed): void {
    this.emitter.emit("queue", need);
    this.relay?.send("queue");
  }

  /** An agent is to ask for what is new, whichever controller it is connected to. */
  agentWanted(agentId: string): void {
    this.tellAll(`agent ${agentId}`);
  }

  /** Another controller told of a change. */
  heard(name: string): void {
    this.tell(name);
  }

  /** What others told may not have come: everyone looks. Who can't look, because it waits for any, is told that. */
  missedSome(): void {
    const named = this.emitter.eventNames().filter((name) => !OF_ANY.includes(`${String(name)}`));
    for (const name of named) this.emitter.emit(name);
  }

  onMissed(listener: () => void): () => void {
    return this.on(MISSED, listener);
  }

  onAgentWanted(agentId: string, listener: () => void): () => void {
    return this.on(`agent ${agentId}`, listener);
  }

  /** An operator keeps it from new builds from now on. */
  agentHeld(agentId: string): void {
    this.tellAll(`held ${agentId}`);
  }

  /** A controller has, or no longer has, the stream that wakes an agent. Only the others are told. */
  agentWatched(agentId: string, by: string, isWatched: boolean): void {
    this.relay?.send(`${isWatched ? "watched" : "unwatched"} ${agentId} ${by}`);
  }

  /** A controller begins to tell which agents it watches; the others then tell it theirs. */
  watchersAnew(by: string): void {
    this.relay?.send(`watchers ${by}`);
  }

  onBuild(buildId: number, listener: () => void): () => void {
    return this.on(`build ${buildId}`, listener);
  }

  onAccount(accountId: string, listener: () => void): () => void {
    return this.on(`account ${accountId}`, listener);
  }

  onAnyBuild(listener: (buildId: number) => void): () => void {
    return this.on("any build", listener);
  }

  onAnyAccount(listener: (accountId: string) => void): () => void {
    return this.on("any account", listener);
  }

  onLog(buildId: number, listener: () => void): () => void {
    return this.on(`log ${buildId}`, listener);
  }

  /** Also called when none is due. */
  onDeliveriesDue(listener: () => void): () => void {
    return this.on("deliveries", listener);
  }

  /** Also called when no more are made, because the controller stops. */
  onDeliveryTried(deliveryId: number, listener: () => void): () => void {
    const stops = [this.on(`delivery ${deliveryId}`, listener), this.on(NO_MORE_DELIVERIES, listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  onQueue(listener: (need?: QueueNeed) => void): () => void {
    return this.on("queue", listener);
  }

  onAgentHeld(listener: (agentId: string) => void): () => void {
    return this.on("agent held", listener);
  }

  onAgentWatched(listener: (agentId: string, by: string, isWatched: boolean) => void): () => void {
    this.emitter.on("agent watched", listener);
    return () => this.emitter.off("agent watched", listener);
  }

  /** Called without a name when some of what others told may not have come. */
  onWatchersAnew(listener: (by: string | undefined) => void): () => void {
    return this.on("watchers", listener);
  }

  private tellAll(name: string): void {
    this.tell(name);
    this.relay?.send(name);
  }

  /** Those who wait for this one, and those who wait for any of its kind. */
  private tell(name: string): void {
    this.emitter.emit(name);
    const [kind = "", id, by] = name.split(" ", 3);
    if (kind === "build" || kind === "asked") this.emitter.emit("any build", Number(id));
    else if (kind === "account") this.emitter.emit("any account", id);
    else if (kind === "held") this.emitter.emit("agent held", id);
    else if (kind === "watched" || kind === "unwatched") this.emitter.emit("agent watched", id, by, kind === "watched");
    else if (kind === "watchers") this.emitter.emit("watchers", id);
  }

  private on<About>(name: string, listener: (about: About) => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
