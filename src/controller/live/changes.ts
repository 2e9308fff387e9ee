import { EventEmitter } from "node:events";

/**
 * Who wants to know that something changed: followers of a build, and the dispatcher. Only a nudge: who is woken reads the
 * store. A lost one costs latency, because every waiter also looks from time to time.
 */
export class Changes {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  buildChanged(buildId: number): void {
    this.emitter.emit(`build ${buildId}`);
  }

  logGrew(buildId: number): void {
    this.emitter.emit(`log ${buildId}`);
  }

  queueGrew(): void {
    this.emitter.emit("queue");
  }

  onBuild(buildId: number, listener: () => void): () => void {
    return this.on(`build ${buildId}`, listener);
  }

  onLog(buildId: number, listener: () => void): () => void {
    return this.on(`log ${buildId}`, listener);
  }

  onQueue(listener: () => void): () => void {
    return this.on("queue", listener);
  }

  private on(name: string, listener: () => void): () => void {
    this.emitter.on(name, listener);
    return () => this.emitter.off(name, listener);
  }
}
