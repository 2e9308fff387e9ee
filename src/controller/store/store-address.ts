import { errorOf } from "../../base/errors/millwright-error.ts";

/** What each connection of a controller asks of PostgreSQL. Times keep a hanging one from holding up all others. */
const SETTINGS: Readonly<Record<string, string>> = {
  statement_timeout: "60000",
  lock_timeout: "20000",
  idle_in_transaction_session_timeout: "120000",
  // A host that lost its power doesn't keep its locks: PostgreSQL asks after silent connections.
  tcp_keepalives_idle: "5",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
};

/** Where a store on PostgreSQL is. */
export interface StoreAddress {
  /** For the driver, password included. */
  url: string;
  /** For people and logs: host, port and database. */
  shown: string;
}

/** Whether `--store` names PostgreSQL. */
export function isPostgresUrl(store: string): boolean {
  return /^postgres(ql)?:\/\//.test(store);
}

/** Reads an address such as postgres://user:password@host:5432/name?sslmode=verify-full. Throws STORE_UNREACHABLE. */
export function storeAddress(store: string): StoreAddress {
  if (!isPostgresUrl(store) || !URL.canParse(store)) {
    const reason = "It isn't an address such as postgres://USER@HOST:5432/NAME.";
    throw errorOf("STORE_UNREACHABLE", { store: "that --store names", reason });
  }
  const url = new URL(store);
  const host = url.searchParams.get("host") ?? url.hostname;
  const port = url.searchParams.get("port") ?? (url.port || "5432");
  const settings = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  const given = url.searchParams.get("options");
  url.searchParams.set("options", [...settings, ...(given ? [given] : [])].join(" "));
  if (!url.searchParams.has("application_name")) url.searchParams.set("application_name", "millwright");
  // sslmode as psql and pg_dump understand it: `require` encrypts, `verify-full` also looks at who answers.
  if (url.searchParams.has("sslmode")) url.searchParams.set("uselibpqcompat", "true");
  return { url: url.href, shown: `${host || "localhost"}:${port}${url.pathname}` };
}
