import type { Logger } from "../../base/observe/logger.ts";
import type { Clock } from "../../base/time/clock.ts";
import { Changes } from "../live/changes.ts";
import { openPostgres } from "../store/postgres.ts";
import { openSqlite } from "../store/sqlite.ts";
import { createStore, type Store } from "../store/store.ts";
import { storeAddress } from "../store/store-address.ts";
import { KeptConnection } from "./kept-connection.ts";
import { Leadership } from "./leadership.ts";
import { PostgresRelay } from "./relay.ts";
import { ALONE, type Replicas } from "./replicas.ts";

export interface OpenedStore {
  store: Store;
  changes: Changes;
  replicas: Replicas;
}

/** SQLite in the data folder. Throws what is wrong with the file. */
export async function openAlone(dataFolder: string, clock: Clock): Promise<OpenedStore> {
  return { store: createStore(await openSqlite(dataFolder), clock), changes: new Changes(), replicas: ALONE };
}

/** PostgreSQL, together with the other controllers on it. Throws STORE_UNREACHABLE, STORE_UNUSABLE. */
export async function openShared(url: string, clock: Clock, logger: Logger): Promise<OpenedStore> {
  const lost = (error: Error) => logger.warn({ reason: error.message }, "a connection to the store broke");
  const store = createStore(await openPostgres(url, lost), clock);
  const relay = new PostgresRelay();
  const leadership = new Leadership(logger);
  const connection = new KeptConnection(storeAddress(url), [leadership, relay], logger);
  const changes = new Changes(relay);
  relay.bringTo(changes);
  await connection.start().catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const close = async () => {
    await relay.stop();
    await connection.stop();
  };
  const replicas = {
    shared: true,
    leads: () => leadership.leads(),
    onLead: (listener: () => void) => leadership.onLead(listener),
    close,
  };
  return { store, changes, replicas };
}
