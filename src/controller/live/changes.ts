import { EventEmitter } from "node:events";

/**
 * Who wants to know that something changed: followers of a build, and the dispatcher. Only a nudge: who is woken reads the
 * store. A lost one costs latency, because every waiter also looks from time to time.
 */
export class Changes {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  buildChanged(buildId: number): void {
    this.emitter.emit(`build ${buildId}`);
    this.emitter.emit("any build", buildId);
    this.emitter.emit("deliveries"); // its end is written together with what it owes
  }

  /** It is there now. */
  buildAsked(buildId: number): void {
    this.emitter.emit("any build", buildId);
  }

  deliveriesDue(): void {
    this.emitter.emit("deliveries");
  }

  noMoreDeliveries(): void {
    this.emitter.emit("no more deliveries");
  }

  deliveryTried(deliveryId: number): void {
    this.emitter.emit(`delivery ${deliveryId}`);
  }

  logGrew(buildId: number): void {
    this.emitter.emit(`log ${buildId}`);
  }

  /** The room that an account has under its limit: a waiting build of it may now be shown otherwise. */
  accountChanged(accountId: string): void {
    this.emitter.emit(`account ${accountId}`);
    this.emitter.emit("any account", accountId);
  }

  queueGrew(): void {
    this.emitter.emit("queue");
  }

  /** An operator keeps it from new builds from now on. */
  agentHeld(agentId: string): void {
    this.emitter.emit("agent held", agentId);
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
    const stops = [this.on(`delivery ${deliveryId}`, listener), this.on("no more deliveries", listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  onQueue(listener: () => void): () => void {
    return this.on("queue", listener);
  }

  onAgentHeld(listener: (agentId: string) => void): () => void {
    return this.on("agent held", listener);
  }

  private on<About>(name: string, listener: (about: About) => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
