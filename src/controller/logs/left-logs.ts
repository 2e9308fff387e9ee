import { isBlobsFault } from "../blobs/blobs.ts";
import type { Services } from "../services.ts";
import { sealLog } from "./log-sealer.ts";

const PAGE = 20;

type Parts = Pick<Services, "store" | "blobs" | "clock" | "logger" | "timing">;

/**
 * Moves logs to the blob store that were not moved when their attempt ended: it is far, or was away, or the controller was.
 */
export class LeftLogs {
  private readonly parts: Parts;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  start(): void {
    this.timer = setInterval(() => this.again(), this.parts.timing.leftLogsMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Moves what can be moved now; answers how many. Ends at the first that the blob store doesn't take. */
  async move(): Promise<number> {
    const { store, clock, timing } = this.parts;
    const before = clock.now() - timing.leftLogsMs; // younger ones are perhaps just being moved
    let moved = 0;
    for (let page = await store.leftLogs.find(before, "", PAGE); page.length > 0 && !this.stopped; ) {
      for (const leaseId of page) {
        moved += (await this.moveOne(leaseId)) ? 1 : 0;
      }
      page = await store.leftLogs.find(before, page.at(-1) ?? "", PAGE);
    }
    return moved;
  }

  /** One log that can't be moved must not keep the others. */
  private async moveOne(leaseId: string): Promise<boolean> {
    const { store, blobs, logger } = this.parts;
    try {
      await sealLog(store, blobs, leaseId, { now: true });
      return true;
    } catch (error) {
      if (isBlobsFault(error)) throw error;
      logger.error({ err: error, lease: leaseId }, "a log could not be moved to the blob store; it is tried again");
      return false;
    }
  }

  private again(): void {
    const { logger } = this.parts;
    this.running = this.running
      .then(() => (this.stopped ? 0 : this.move()))
      .then((moved) => {
        if (moved > 0) logger.info({ moved }, "logs that were left in the store were moved to the blob store");
      })
      .catch((error: unknown) => {
        if (isBlobsFault(error)) logger.warn({ code: error.code }, "logs wait in the store for the blob store");
        else logger.error({ err: error }, "moving logs to the blob store failed; it is tried again");
      });
  }
}
