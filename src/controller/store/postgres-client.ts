import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { StoreAddress } from "./store-address.ts";

/** Connections that a controller has to its store, at most. */
const MOST_CONNECTIONS = 20;
const CONNECT_MS = 10_000;
const INT8 = 20;

/** Whole numbers of ours are below 2^53; the driver would answer texts. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text")) as never,
};

/** What a connection to that address is made with. */
export function clientConfig({ url }: StoreAddress): pg.ClientConfig {
  return { connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true, types: TYPES };
}

/**
 * The connections to a store, as kysely takes them: what they throw because PostgreSQL isn't there is STORE_UNREACHABLE.
 * `lost` is told of connections that broke while nobody used them.
 */
export class StorePool implements PostgresPool {
  private readonly pool: pg.Pool;
  private readonly address: StoreAddress;

  constructor(address: StoreAddress, lost: (error: Error) => void) {
    this.address = address;
    this.pool = new pg.Pool({ ...clientConfig(address), max: MOST_CONNECTIONS });
    this.pool.on("error", lost);
    // A connection that breaks while it is used tells of it twice: by the query, and by an event that nobody may miss, also
    // between its first answer and its first use, when it is the pool's no more and nobody's yet.
    this.pool.on("connect", (client) => client.on("error", () => {}));
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw unreachable(this.address, error);
    });
    const query = async (text: string, values: readonly unknown[]) => {
      try {
        return (await client.query(text, values.map(storable))) as unknown as PostgresQueryResult<never>;
      } catch (error) {
        throw isOfConnection(error) ? unreachable(this.address, error) : error;
      }
    };
    return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release() };
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

/** STORE_UNREACHABLE with what the driver said, which never holds the password. */
export function unreachable({ shown }: StoreAddress, error: unknown): Error {
  const { message, code } = error as { message: string; code?: string };
  return errorOf("STORE_UNREACHABLE", { store: shown, reason: `${message || code || "No answer"}.` }, { cause: error });
}

/** Classes 08 (connection), 53 (no room) and 57P (shutdown), and what the driver says when the connection is gone. */
function isOfConnection(error: unknown): boolean {
  const { message = "", code = "" } = error as { message?: string; code?: string };
  return /^(08|53|57P)|^E[A-Z]+$/.test(code) || /^(Connection terminated|Client has encountered)/.test(message);
}

/** PostgreSQL takes every character but this one. */
function storable(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}
