import { mkdirSync } from "node:fs";
import type { Kysely, Selectable } from "kysely";
import { createLogger } from "../../../src/base/observe/logger.ts";
import { systemClock } from "../../../src/base/time/clock.ts";
import type { ControllerOptions } from "../../../src/controller/controller-options.ts";
import { openServices } from "../../../src/controller/open-services.ts";
import { Dispatcher } from "../../../src/controller/queue/dispatcher.ts";
import { LeaseBook } from "../../../src/controller/queue/lease-book.ts";
import { openAlone, openShared } from "../../../src/controller/replicas/open-store.ts";
import type { Services } from "../../../src/controller/services.ts";
import { openPostgres } from "../../../src/controller/store/postgres.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import type { AgentRow, Tables } from "../../../src/controller/store/tables.ts";
import { capabilityOf } from "../fleet/plan.ts";

/** The parts of a controller that give out builds, on a store of their own; nobody listens anywhere. */
export interface Ground {
  services: Services;
  dispatcher: Dispatcher;
  leases: LeaseBook;
  /** The same store, past the controller: for filling it. */
  db: Kysely<Tables>;
  agents: Selectable<AgentRow>[];
  close(): Promise<void>;
}

/** Opens what a controller opens: SQLite in the folder, or PostgreSQL at an address. */
export async function openGround(data: string, agents: number, store?: string): Promise<Ground> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const where = { data, ...(store === undefined ? {} : { store }), http: "127.0.0.1:0", grpc: "127.0.0.1:0" };
  const options: ControllerOptions = { ...where, logLevel: "fatal", insecureGrpc: true };
  const logger = createLogger("bench", "fatal");
  const opened = await (store === undefined ? openAlone(data, systemClock) : openShared(store, systemClock, logger));
  const services = await openServices(opened, options, logger, { http: "http://127.0.0.1", grpc: "127.0.0.1" });
  const db = await (store === undefined ? openSqlite(data) : openPostgres(store));
  const dispatcher = new Dispatcher(services);
  return {
    services,
    dispatcher,
    leases: new LeaseBook(services),
    db,
    agents: await Promise.all(Array.from({ length: agents }, (_, number) => openAgent(services, number))),
    close: async () => {
      dispatcher.close();
      await db.destroy();
      await services.replicas.close();
      await services.store.close();
    },
  };
}

function openAgent({ store, clock }: Services, number: number): Promise<Selectable<AgentRow>> {
  const name = `agent-${number}`;
  const capability = JSON.stringify(capabilityOf(0, 0));
  const hello = { name, machine_id: name, version: "0.0.0", slots: 1, capability, disk_free: 2 ** 37 };
  return store.agents.openSession(hello, clock.now());
}
