import { setImmediate as othersTurn } from "node:timers/promises";
import { systemClock } from "../../base/time/clock.ts";
import { contentKey, logKey } from "../blobs/blobs.ts";
import type { Services } from "../services.ts";
import type { Removal } from "../store/push-tables.ts";

const DAY_MS = 86_400_000;
/** The log of deliveries is kept so long, for all accounts. */
const DELIVERIES_DAYS = 90;
/** Builds that are marked, or read, in one go: the store has other things to do too. */
const PAGE = 100;

export interface Swept {
  /** Builds whose files were removed. */
  artifacts: number;
  /** Builds whose log was removed. */
  logs: number;
  deliveries: number;
  /** Files that agents began to send and nobody goes on with. */
  uploads: number;
}

type Parts = Pick<Services, "store" | "blobs" | "clock" | "logger" | "policy" | "timing"> &
  Partial<Pick<Services, "replicas" | "logOutlines">>;

/**
 * Removes the files and logs of builds that were kept long enough, at a start and from then on every hour. It may be
 * interrupted anywhere: the next sweep goes on.
 */
export class Sweeper {
  private readonly parts: Parts;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  start(): void {
    this.again();
    this.timer = setInterval(() => this.again(), this.parts.timing.retentionMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** One sweep to its end. */
  async sweep(): Promise<Swept> {
    const { store, blobs, clock, policy } = this.parts;
    await this.markAll("artifacts", policy.keepArtifactsDays);
    await this.markAll("log", policy.keepLogsDays);
    const artifacts = await this.removeMarked("artifacts", (build) => this.removeArtifacts(build));
    const logs = await this.removeMarked("log", (build) => this.removeLog(build));
    const deliveries = await store.deliveries.forget(clock.now() - DELIVERIES_DAYS * DAY_MS);
    const uploads = await blobs.intake.dropLeftovers(systemClock.now() - DAY_MS); // what files are dated by
    return { artifacts, logs, deliveries, uploads };
  }

  private again(): void {
    const { logger } = this.parts;
    this.running = this.running
      .then(() => (this.stopped || this.parts.replicas?.leads() === false ? undefined : this.sweep()))
      .then((swept) => {
        if (swept && Object.values(swept).some((count) => count > 0)) logger.info(swept, "old files were removed");
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, "the removal of old files failed; the next sweep goes on with it");
      });
  }

  private async markAll(what: Removal, days: number): Promise<void> {
    const { store, clock } = this.parts;
    for (let marked = PAGE; marked === PAGE && !this.stopped; ) {
      marked = await store.retention.mark(what, days, clock.now(), PAGE);
      await othersTurn(); // the embedded store answers at once: without a pause nobody else would be heard
    }
  }

  /** Each build that is marked is looked at once; answers how many are done. */
  private async removeMarked(what: Removal, remove: (buildId: number) => Promise<boolean>): Promise<number> {
    const { retention } = this.parts.store;
    let done = 0;
    for (let page = await retention.marked(what, 0, PAGE); page.length > 0; ) {
      for (const buildId of page) {
        await othersTurn();
        if (this.stopped) return done;
        if (!(await remove(buildId))) continue;
        await retention.done(what, buildId);
        done += 1;
      }
      page = await retention.marked(what, page.at(-1) ?? 0, PAGE);
    }
    return done;
  }

  /** False when something of it has to wait for the next sweep. */
  private async removeArtifacts(buildId: number): Promise<boolean> {
    const { store, blobs } = this.parts;
    let all = true;
    for (const { id, sha256, stored } of await store.retention.artifacts(buildId)) {
      await blobs.intake.drop(id);
      if (stored !== 1) continue;
      await blobs.has(contentKey(sha256)); // throws before the store is held up by a place that doesn't answer
      const dropped = await store.retention.dropContent(sha256, () => blobs.remove(contentKey(sha256)));
      if (dropped === "later") all = false;
    }
    return all;
  }

  private async removeLog(buildId: number): Promise<boolean> {
    const { store, blobs, logOutlines } = this.parts;
    logOutlines?.drop(buildId);
    for (const leaseId of await store.retention.logs(buildId)) {
      await blobs.remove(logKey(leaseId));
      await store.retention.forgetLog(leaseId);
    }
    return true;
  }
}
