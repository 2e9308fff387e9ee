import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { VERSION } from "../../protocol/version.ts";
import type { Services } from "../services.ts";
import type { Attempted, Claimed } from "../store/delivery-store.ts";
import { AddressRules } from "./address-rules.ts";
import { payloadOf } from "./payload.ts";
import { post } from "./post.ts";
import { signatureOf } from "./signature.ts";

const MOST_AT_ONCE = 16;
/** A receiver that hangs keeps its own account waiting, not the others. */
const MOST_OF_AN_ACCOUNT = 4;
/** A claim outlasts the attempt by this. */
const CLAIM_SPARE_MS = 5_000;
/** A wake that was lost costs this long. */
const LOOK_MS = 60_000;

interface UnderWay {
  account: string;
  done: Promise<void>;
}

/**
 * Makes the deliveries that are due: woken when something ended, asleep until the next one is due. Each is claimed before
 * it is sent, so that a crash leaves it to the next start: receivers get everything at least once.
 */
export class DeliverySender {
  private readonly services: Services;
  private readonly rules: AddressRules;
  private readonly underWay = new Map<number, UnderWay>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  private woken = false;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: () => void = () => undefined;

  constructor(services: Services) {
    this.services = services;
    this.rules = new AddressRules(services.policy.webhooksToPrivateNetworks);
  }

  start(): void {
    this.stopListening = this.services.changes.onDeliveriesDue(() => this.wake());
    this.wake();
  }

  /** Breaks off what is under way and gives it back. */
  async stop(): Promise<void> {
    this.stopListening();
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.looking;
    await Promise.all([...this.underWay.values()].map(({ done }) => done));
    this.services.changes.noMoreDeliveries();
  }

  private wake(): void {
    this.woken = true;
    if (this.looking || this.stopping.signal.aborted) return;
    this.looking = this.look()
      .catch((error: unknown) => {
        this.services.logger.error({ err: error }, "the look for deliveries failed");
        return LOOK_MS;
      })
      .then((sleepMs) => {
        this.looking = undefined;
        clearTimeout(this.timer);
        if (this.stopping.signal.aborted) return;
        if (this.woken) this.wake();
        else this.timer = setTimeout(() => this.wake(), sleepMs);
      });
  }

  /** Begins what is due, as far as there is room; answers after how long it wants to look again. */
  private async look(): Promise<number> {
    this.woken = false;
    const { store, clock, timing } = this.services;
    while (!this.stopping.signal.aborted) {
      const room = MOST_AT_ONCE - this.underWay.size;
      if (room <= 0) break; // the end of each delivery wakes
      const now = clock.now();
      const next = await store.deliveries.nextDue(this.busy());
      if (next === undefined) break;
      if (next > now) return Math.min(LOOK_MS, next - now);
      const until = now + timing.webhookTimeoutMs + CLAIM_SPARE_MS;
      const claimed = await store.deliveries.claim(now, until, Math.min(room, MOST_OF_AN_ACCOUNT), this.busy());
      for (const each of claimed) this.begin(each);
    }
    return LOOK_MS;
  }

  private busy(): string[] {
    const accounts = [...this.underWay.values()].map(({ account }) => account);
    return [...new Set(accounts)].filter(
      (account) => accounts.filter((each) => each === account).length >= MOST_OF_AN_ACCOUNT,
    );
  }

  private begin(claimed: Claimed): void {
    const done = this.deliver(claimed)
      .catch((error: unknown) => {
        this.services.logger.error({ err: error, delivery: claimed.id }, "a delivery could not be written down");
      })
      .finally(() => {
        this.underWay.delete(claimed.id);
        this.services.changes.deliveryTried(claimed.id);
        this.wake();
      });
    this.underWay.set(claimed.id, { account: claimed.account_id, done });
  }

  private async deliver(claimed: Claimed): Promise<void> {
    const { store, clock, metrics, logger } = this.services;
    const attempted = await this.attempt(claimed);
    if (attempted === undefined) return store.deliveries.unclaim(claimed, clock.now());
    await store.deliveries.attempted(claimed, attempted, clock.now());
    const outcome = attempted.delivered ? "delivered" : attempted.again === undefined ? "failed" : "retried";
    metrics.deliveries.inc({ outcome });
    const { id: delivery, webhook_id: webhook, build_id: build } = claimed;
    if (outcome === "failed")
      logger.warn({ delivery, webhook, build, error: attempted.error }, "a delivery has failed");
  }

  /** Undefined when it was broken off by the stop of the controller. */
  private async attempt(claimed: Claimed): Promise<Attempted | undefined> {
    try {
      const response = await this.send(claimed);
      if (response >= 200 && response <= 299) return { delivered: true, response, error: "" };
      const error = response >= 300 && response <= 399 ? `It answered ${response}: redirects are not followed.` : "";
      return this.missed(claimed, response, error || `It answered ${response}.`);
    } catch (error) {
      if (this.stopping.signal.aborted) return undefined;
      return this.missed(
        claimed,
        null,
        error instanceof MillwrightError ? error.failure.what : (error as Error).message,
      );
    }
  }

  private async send(claimed: Claimed): Promise<number> {
    const { sealer, clock, timing } = this.services;
    const secret = sealer.open<string>(claimed.secret, { kind: "webhook", name: claimed.webhook_id });
    const body = JSON.stringify(await payloadOf(this.services, claimed));
    const headers = {
      "content-type": "application/json",
      "user-agent": `Millwright/${VERSION}`,
      "x-millwright-event": claimed.event,
      "x-millwright-delivery": `${claimed.webhook_id}-${claimed.id}`,
      "x-millwright-signature": signatureOf(secret, body, clock.now()),
    };
    const terms = { rules: this.rules, timeoutMs: timing.webhookTimeoutMs, signal: this.stopping.signal };
    return post({ url: claimed.url, headers, body }, terms);
  }

  private missed({ event, attempts }: Claimed, response: number | null, error: string): Attempted {
    const { clock, timing } = this.services;
    const delay = event === "ping" ? undefined : timing.webhookRetryMs[attempts];
    const again = delay === undefined ? {} : { again: clock.now() + delay };
    return { delivered: false, response, error, ...again };
  }
}
