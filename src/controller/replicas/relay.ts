import type pg from "pg";
import { newId } from "../../base/ids.ts";
import type { Changes, Relay } from "../live/changes.ts";
import type { Tenant } from "./kept-connection.ts";

const CHANNEL = "millwright_changes";
/** PostgreSQL takes 8,000 bytes. */
const MOST_BYTES = 7_000;
/** Of the advisory lock that every controller on a store shares for as long as it can tell others. */
const PEERS = 0x6d69_6c6c_7703;
/** What is told in such a time goes together: each message costs every controller a look. */
const GATHER_MS = 5;

/**
 * Tells the other controllers on a PostgreSQL what changed, and hears what they tell (LISTEN/NOTIFY). One that is killed
 * takes with it what it had written and not yet told: when one of the others is gone, some changes may have been missed.
 */
export class PostgresRelay implements Relay, Tenant {
  private readonly self = newId("c");
  private readonly names = new Set<string>();
  /** The others, by the processes that PostgreSQL has for them. */
  private peers: readonly number[] = [];
  private someoneWent = false;
  private changes: Changes | undefined;
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sending = false;

  /** Where that goes which others tell. */
  bringTo(changes: Changes): void {
    this.changes = changes;
  }

  send(name: string): void {
    this.names.delete(name);
    this.names.add(name); // at its last place: what is told later may take back what was told before
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  async opened(client: pg.Client): Promise<void> {
    client.on("notification", ({ payload = "" }) => this.heard(payload));
    await client.query(`listen ${CHANNEL}`);
    await client.query(`select pg_advisory_lock_shared(${PEERS})`);
    this.peers = await othersOn(client);
    this.client = client;
    this.changes?.missedSome();
    this.sendSoon();
  }

  /** What a killed one had begun may still be written after its connection is gone: that is looked for a beat later. */
  async beat(client: pg.Client): Promise<void> {
    const before = this.peers;
    const late = this.someoneWent;
    this.peers = await othersOn(client);
    this.someoneWent = before.some((peer) => !this.peers.includes(peer));
    if (late) this.changes?.missedSome();
  }

  lost(): void {
    this.client = undefined;
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  private sendSoon(): void {
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  private heard(payload: string): void {
    const [from, ...names] = payload.split("\n");
    if (from !== this.self) for (const name of names) this.changes?.heard(name);
  }

  /** One message at a time. What can't be sent now is sent once the connection is back. */
  private async flush(): Promise<void> {
    this.timer = undefined;
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.names.size > 0 && this.client) await this.sendSome(this.client);
    } catch {
      // The connection broke: `opened` goes on.
    } finally {
      this.sending = false;
    }
  }

  private async sendSome(client: pg.Client): Promise<void> {
    const names = this.someNames();
    for (const name of names) this.names.delete(name); // first: what happens again meanwhile is told again
    try {
      await client.query("select pg_notify($1, $2)", [CHANNEL, [this.self, ...names].join("\n")]);
    } catch (error) {
      const later = [...this.names];
      this.names.clear();
      for (const name of [...names, ...later]) this.names.add(name); // in the order in which they were told
      throw error;
    }
  }

  /** As many as a message takes. */
  private someNames(): string[] {
    const some: string[] = [];
    let length = this.self.length;
    for (const name of this.names) {
      length += 1 + name.length;
      if (length >= MOST_BYTES) break;
      some.push(name);
    }
    return some;
  }
}

/** The other controllers on this store, by the processes of PostgreSQL that hold their part of the lock. */
async function othersOn(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ pid: number }>(`
    select pid from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1 and pid <> pg_backend_pid()
      and (classid::bigint << 32 | objid::bigint) = ${PEERS}
      and database = (select oid from pg_database where datname = current_database())`);
  return rows.map(({ pid }) => pid);
}
