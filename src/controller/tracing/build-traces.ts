import type { Services } from "../services.ts";
import { buildSpans } from "./build-spans.ts";
import { factsOf } from "./facts.ts";

const CLAIM_MS = 60_000;
const MOST_WAIT_MS = 60_000;
/** So many builds wait at most for a collector that is away. */
const MOST_WAITING = 1_000;

type Parts = Pick<Services, "store" | "clock" | "logger" | "metrics" | "timing" | "publicUrl" | "tracing">;

/**
 * Sends the traces of builds that have ended. Which are owed stands in the store: a crash loses none, of several controllers
 * one claims each, and what is sent twice has the same ids. A collector that is away is told of once.
 */
export class BuildTraces {
  private readonly parts: Parts;
  private readonly most: number;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private misses = 0;

  constructor(parts: Parts, most = MOST_WAITING) {
    this.parts = parts;
    this.most = most;
  }

  /** Does nothing where no collector is named. */
  start(): void {
    if (this.parts.tracing) this.again(0);
  }

  /** Breaks off what is under way and gives it back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.looking;
  }

  private again(afterMs: number): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((error: unknown) => {
          this.parts.logger.error({ err: error }, "the look for traces to send failed");
          return MOST_WAIT_MS;
        })
        .then((waitMs) => this.again(waitMs));
    }, afterMs);
    this.timer.unref();
  }

  /** Sends what waits, up to the first that can't be sent; answers after how long to look again. */
  private async look(): Promise<number> {
    const { store, clock, timing, metrics } = this.parts;
    while (!this.stopping.signal.aborted) {
      const buildId = await store.traces.claim(clock.now(), clock.now() + CLAIM_MS);
      if (buildId === undefined || !(await this.sendOne(buildId))) break;
    }
    if (this.misses > 0) await this.dropOldest();
    metrics.tracesWaiting.set(await store.traces.waiting());
    return Math.min(MOST_WAIT_MS, timing.tracesMs * 2 ** Math.min(this.misses, 10));
  }

  private async sendOne(buildId: number): Promise<boolean> {
    const { store, metrics, logger } = this.parts;
    try {
      await this.send(buildId);
    } catch (error) {
      await store.traces.keep(buildId);
      if (this.stopping.signal.aborted) return false;
      metrics.traces.inc({ outcome: "failed" });
      if (this.misses === 0) logger.warn(whyOf(error), "the collector of traces took none; they wait for it");
      this.misses += 1;
      return false;
    }
    await store.traces.sent(buildId);
    metrics.traces.inc({ outcome: "sent" });
    if (this.misses > 0) logger.info({ misses: this.misses }, "the collector of traces takes them again");
    this.misses = 0;
    return true;
  }

  private async send(buildId: number): Promise<void> {
    const { tracing } = this.parts;
    const facts = await factsOf(this.parts, buildId);
    if (!tracing || !facts) return;
    const { signal } = this.stopping;
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("the controller stops")), { once: true });
    });
    await Promise.race([tracing.send(buildSpans(tracing.installation, facts)), stopped]);
  }

  private async dropOldest(): Promise<void> {
    const { store, metrics, logger } = this.parts;
    const dropped = await store.traces.dropBeyond(this.most);
    if (dropped === 0) return;
    metrics.traces.inc({ outcome: "dropped" }, dropped);
    logger.warn({ dropped, kept: this.most }, "traces were dropped: the collector is away for too long");
  }
}

/** Not the whole error: it holds what the collector answered. */
function whyOf(error: unknown): { reason: string; status?: number } {
  const { message, code } = error as Error & { code?: unknown };
  return { reason: message, ...(typeof code === "number" ? { status: code } : {}) };
}
