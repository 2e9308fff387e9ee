import { Backoff } from "../../base/time/backoff.ts";
import { Wake, wait } from "../../base/time/wait.ts";
import type { LeaseDirective } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import { readEvents } from "../../protocol/job-folder/events.ts";
import type { LeaseRef } from "../../protocol/job-folder/spec.ts";
import { type ControllerClient, call } from "../connection/controller-client.ts";
import { isStale } from "../connection/refusals.ts";

export interface EventUplinkOptions {
  client: () => ControllerClient;
  lease: LeaseRef;
  jobToken: string;
  file: string;
  onDirective: (directive: LeaseDirective) => void;
}

/** Sends the events of a job in order, again and again until they are recorded. */
export class EventUplink {
  private readonly options: EventUplinkOptions;
  private readonly wake = new Wake();
  private readonly stopped = new AbortController();
  private acked = 0;
  private last: number | undefined;

  constructor(options: EventUplinkOptions) {
    this.options = options;
  }

  grew(): void {
    this.wake.wake();
  }

  /** No event follows `last`: `run` resolves once it is recorded. */
  finish(last: number): void {
    this.last = last;
    this.wake.wake();
  }

  stop(): void {
    this.stopped.abort();
    this.wake.wake();
  }

  /** Rejects only when the lease is stale. */
  async run(): Promise<void> {
    const backoff = new Backoff(200, 5_000);
    while (!this.stopped.signal.aborted && (this.last === undefined || this.acked < this.last)) {
      const events = readEvents(this.options.file, this.acked);
      if (events.length === 0) {
        await this.wake.next(5_000);
        continue;
      }
      try {
        const { client, lease, jobToken } = this.options;
        const leaseClient = client().lease;
        const request = { lease, events: events.slice(0, 500) };
        const answer = await call(leaseClient.reportEvents.bind(leaseClient), request, jobToken);
        this.acked = answer.ackedSeq;
        if (answer.directive) this.options.onDirective(answer.directive);
        backoff.reset();
      } catch (error) {
        if (isStale(error)) throw error;
        await wait(backoff.next(), this.stopped.signal);
      }
    }
  }
}
