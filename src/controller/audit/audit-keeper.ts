import { CHAIN_START, type ChainAnchor, type ChainPlace } from "../../protocol/audit-chain.ts";
import { type ChainBreak, ChainCheck } from "../../protocol/audit-check.ts";
import type { Services } from "../services.ts";
import { readAnchor, writeAnchor } from "./anchor.ts";
import { followChain } from "./follow-chain.ts";

type Parts = Pick<Services, "store" | "clock" | "logger" | "timing" | "replicas" | "metrics" | "dataFolder">;

/**
 * Chains what came to the audit (where that isn't done at once), keeps in the data folder how far it has come, and follows the
 * whole chain at a start and once a day. The anchor moves on only over entries that were followed from the anchor before.
 */
export class AuditKeeper {
  private readonly parts: Parts;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private busy = false;
  /** The whole chain is followed beside the rest: that may take a minute. */
  private whole: Promise<void> | undefined;
  private stopped = false;
  private wholeDue = 0;
  private broken: ChainBreak | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  start(): void {
    this.again();
    this.timer = setInterval(() => this.again(), this.parts.timing.auditSealMs);
  }

  /** What is there by now is chained and anchored. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await Promise.all([this.running, this.whole]);
    await this.tried(() => this.sealAndAnchor());
  }

  private again(): void {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.running = this.tried(() => this.look()).finally(() => {
      this.busy = false;
    });
  }

  private async look(): Promise<void> {
    const { clock, timing } = this.parts;
    await this.sealAndAnchor();
    if (clock.monotonic() < this.wholeDue || this.whole || this.stopped) return;
    this.wholeDue = clock.monotonic() + timing.auditCheckMs;
    this.whole = this.tried(() => this.checkWhole()).finally(() => {
      this.whole = undefined;
    });
  }

  private async sealAndAnchor(): Promise<void> {
    const { store, replicas, dataFolder, metrics } = this.parts;
    if (replicas.leads()) await store.audit.seal();
    const head = await store.audit.head();
    metrics.auditEntries.set(head?.seq ?? 0);
    const anchor = readAnchor(dataFolder);
    if (head?.seq === anchor?.seq && head?.hash === anchor?.hash) return;
    if (!anchor) {
      if (!this.broken) this.wholeDue = 0; // the whole chain is followed first
      return;
    }
    const check = new ChainCheck([anchor], await this.startFrom(anchor, head));
    await followChain(store.audit, check);
    if (this.isWhole(check)) await this.moveAnchor(check.last);
  }

  /** The anchor where the store still has it; else what makes the check say what became of it. */
  private async startFrom(anchor: ChainAnchor, head: ChainPlace | undefined): Promise<ChainPlace> {
    if (!head || head.seq < anchor.seq) return head ?? CHAIN_START;
    const before = anchor.seq - 1;
    const [row] = await this.parts.store.audit.chain(before, 1);
    if (row?.seq === anchor.seq && row.hash === anchor.hash) return anchor;
    return { seq: before, hash: row?.prev_hash ?? "" };
  }

  private async checkWhole(): Promise<void> {
    const { store, dataFolder, logger, metrics } = this.parts;
    const anchor = readAnchor(dataFolder);
    const check = new ChainCheck(anchor ? [anchor] : []);
    await followChain(store.audit, check, () => this.stopped);
    if (this.stopped) return;
    const isWhole = this.isWhole(check);
    metrics.auditBroken.set(isWhole ? 0 : 1);
    if (!isWhole || check.last.seq === 0) return;
    this.broken = undefined;
    if (!anchor) await this.moveAnchor(check.last); // else it has moved on by itself
    const head = `${check.last.seq}:${check.last.hash}`;
    logger.info({ entries: check.entries, head }, "the audit is whole");
  }

  /** After the last page. Tells of a break once. */
  private isWhole(check: ChainCheck): boolean {
    if (check.end() || !check.break) return true;
    const { logger, metrics } = this.parts;
    const { seq, fault, found } = check.break;
    if (seq !== this.broken?.seq)
      logger.error({ seq, fault, found }, "the audit is broken: see millwright audit verify");
    metrics.auditBroken.set(1);
    this.broken = check.break;
    return false;
  }

  private async moveAnchor(place: ChainPlace): Promise<void> {
    const { dataFolder, clock } = this.parts;
    if (place.seq > 0) await writeAnchor(dataFolder, { ...place, at: clock.now() });
  }

  private async tried(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      this.parts.logger.error({ err: error }, "the audit could not be looked after; it is tried again");
    });
  }
}
