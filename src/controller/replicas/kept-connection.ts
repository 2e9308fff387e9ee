import pg from "pg";
import type { Logger } from "../../base/observe/logger.ts";
import { Backoff } from "../../base/time/backoff.ts";
import { wait } from "../../base/time/wait.ts";
import { clientConfig, unreachable } from "../store/postgres-client.ts";
import type { StoreAddress } from "../store/store-address.ts";

/** Who uses the connection. None of it may throw but `opened` and `beat`, after which the connection is made anew. */
export interface Tenant {
  opened(client: pg.Client): Promise<void>;
  /** From time to time while the connection lasts. */
  beat(client: pg.Client): Promise<void>;
  lost(): void;
}

/** So soon a connection that answers nothing is noticed. */
const BEAT_MS = 2_000;
const ANSWER_MS = 5_000;
const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 5_000;

/** One connection to PostgreSQL that is kept for what belongs to a session (listening, locks), and made anew when it breaks. */
export class KeptConnection {
  private readonly address: StoreAddress;
  private readonly tenants: readonly Tenant[];
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(address: StoreAddress, tenants: readonly Tenant[], logger: Logger) {
    this.address = address;
    this.tenants = tenants;
    this.logger = logger;
  }

  /** Resolves once it is open for the first time. Throws STORE_UNREACHABLE. */
  async start(): Promise<void> {
    const client = await this.open().catch((error: unknown) => {
      throw unreachable(this.address, error);
    });
    this.running = this.keep(client);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keep(first: pg.Client): Promise<void> {
    const backoff = new Backoff(FIRST_WAIT_MS, MOST_WAIT_MS);
    for (let client: pg.Client | undefined = first; !this.stopping.signal.aborted; ) {
      if (client) {
        backoff.reset();
        await this.whileItLasts(client);
        for (const tenant of this.tenants) tenant.lost();
      }
      if (this.stopping.signal.aborted) return;
      await wait(backoff.next(), this.stopping.signal);
      client = await this.open().catch((error: Error) => {
        this.logger.warn({ reason: error.message }, "the store doesn't answer; it is tried again");
        return undefined;
      });
    }
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({ ...clientConfig(this.address), query_timeout: ANSWER_MS });
    client.on("error", () => {}); // follows in the next beat
    try {
      await client.connect();
      for (const tenant of this.tenants) await tenant.opened(client);
      return client;
    } catch (error) {
      for (const tenant of this.tenants) tenant.lost();
      cut(client);
      throw error;
    }
  }

  /** Until it breaks, or this controller stops. */
  private async whileItLasts(client: pg.Client): Promise<void> {
    const ended = new AbortController();
    client.once("end", () => ended.abort());
    const over = AbortSignal.any([ended.signal, this.stopping.signal]);
    try {
      while (!over.aborted) {
        for (const tenant of this.tenants) await tenant.beat(client);
        await wait(BEAT_MS, over);
      }
    } catch (error) {
      this.logger.warn({ reason: (error as Error).message }, "the connection to the store broke");
    }
    cut(client);
  }
}

/** A connection that answers nothing would not end by itself. */
function cut(client: pg.Client): void {
  client.end().catch(() => {}); // it was broken before
}
