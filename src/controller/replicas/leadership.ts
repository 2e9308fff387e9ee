import type pg from "pg";
import type { Logger } from "../../base/observe/logger.ts";
import type { Tenant } from "./kept-connection.ts";

/** Of the advisory lock that the leading controller holds. */
const LOCK = 0x6d69_6c6c_7702;

/**
 * One of the controllers on a store leads: it does what need be done once only. When it dies or loses its connection, PostgreSQL
 * gives its lock to the next one that asks. All of it is also safe when two believe that they lead for a moment.
 */
export class Leadership implements Tenant {
  private readonly logger: Logger;
  private held = false;
  private readonly listeners: (() => void)[] = [];

  constructor(logger: Logger) {
    this.logger = logger;
  }

  leads(): boolean {
    return this.held;
  }

  /** Calls when this controller begins to lead; at once when it does already. */
  onLead(listener: () => void): void {
    this.listeners.push(listener);
    if (this.held) listener();
  }

  opened(client: pg.Client): Promise<void> {
    return this.beat(client);
  }

  async beat(client: pg.Client): Promise<void> {
    const ask = this.held ? "select true as got" : `select pg_try_advisory_lock(${LOCK}) as got`;
    const { rows } = await client.query<{ got: boolean }>(ask);
    if (this.held || !rows[0]?.got) return;
    this.held = true;
    this.logger.info("this controller leads");
    for (const listener of this.listeners) listener();
  }

  lost(): void {
    this.held = false;
  }
}
