import { AuditKeeper } from "./audit/audit-keeper.ts";
import { LeftLogs } from "./logs/left-logs.ts";
import { DeliverySender } from "./notices/sender.ts";
import { PushBook } from "./pushes/push-book.ts";
import { Expiry } from "./queue/expiry.ts";
import { LeaseBook } from "./queue/lease-book.ts";
import { Sweeper } from "./retention/sweeper.ts";
import type { Services } from "./services.ts";
import { BuildTraces } from "./tracing/build-traces.ts";

/** What the controller does by itself, besides what people and agents ask of it. */
export class OwnWork {
  readonly leases: LeaseBook;
  readonly pushes: PushBook;
  private readonly expiry: Expiry;
  private readonly deliveries: DeliverySender;
  private readonly sweeper: Sweeper;
  private readonly leftLogs: LeftLogs;
  private readonly traces: BuildTraces;
  private readonly audit: AuditKeeper;

  constructor(services: Services) {
    this.leases = new LeaseBook(services);
    this.pushes = new PushBook(services);
    this.expiry = new Expiry(services, this.leases);
    this.deliveries = new DeliverySender(services);
    this.sweeper = new Sweeper(services);
    this.leftLogs = new LeftLogs(services);
    this.traces = new BuildTraces(services);
    this.audit = new AuditKeeper(services);
  }

  start(): void {
    this.expiry.start();
    this.pushes.start();
    this.deliveries.start();
    this.sweeper.start();
    this.leftLogs.start();
    this.traces.start();
    this.audit.start();
  }

  /** From now on nobody is taken for lost: agents are about to find nobody here. */
  stopExpiry(): Promise<void> {
    return this.expiry.stop();
  }

  /** After all others have ended: what they did is chained. */
  stopAudit(): Promise<void> {
    return this.audit.stop();
  }

  /** What is left is done at the next start. Pushes go on until nobody pushes any more. */
  async stop(): Promise<void> {
    await Promise.all([this.deliveries.stop(), this.sweeper.stop(), this.leftLogs.stop(), this.traces.stop()]);
  }
}
