import type pg from "pg";
import { newId } from "../../base/ids.ts";
import type { Changes, Relay } from "../live/changes.ts";
import type { Tenant } from "./kept-connection.ts";

const CHANNEL = "millwright_changes";
/** PostgreSQL takes 8,000 bytes. */
const MOST_BYTES = 7_000;
/** What is told in such a time goes together: each message costs every controller a look. */
const GATHER_MS = 5;

/** Tells the other controllers on a PostgreSQL what changed, and hears what they tell (LISTEN/NOTIFY). */
export class PostgresRelay implements Relay, Tenant {
  private readonly self = newId("c");
  private readonly names = new Set<string>();
  private changes: Changes | undefined;
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sending = false;

  /** Where that goes which others tell. */
  bringTo(changes: Changes): void {
    this.changes = changes;
  }

  send(name: string): void {
    this.names.add(name);
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  async opened(client: pg.Client): Promise<void> {
    client.on("notification", ({ payload = "" }) => this.heard(payload));
    await client.query(`listen ${CHANNEL}`);
    this.client = client;
    this.changes?.missedSome();
  }

  async beat(): Promise<void> {}

  lost(): void {
    this.client = undefined;
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  private heard(payload: string): void {
    const [from, ...names] = payload.split("\n");
    if (from !== this.self) for (const name of names) this.changes?.heard(name);
  }

  /** One message at a time. What can't be sent is dropped: who waits for it also looks by itself. */
  private async flush(): Promise<void> {
    this.timer = undefined;
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.names.size > 0) {
        const payload = this.nextPayload();
        await this.client?.query("select pg_notify($1, $2)", [CHANNEL, payload]);
      }
    } catch {
      this.names.clear(); // the connection broke; when it is back, everyone looks
    } finally {
      this.sending = false;
    }
  }

  private nextPayload(): string {
    let payload = this.self;
    for (const name of this.names) {
      if (payload.length + name.length >= MOST_BYTES) break;
      payload += `\n${name}`;
      this.names.delete(name);
    }
    return payload;
  }
}
