import type { Kysely } from "kysely";
import type { Clock } from "../../base/time/clock.ts";
import { AccountStore } from "./account-store.ts";
import { AgentStore } from "./agent-store.ts";
import { AppStore } from "./app-store.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { AuditStore } from "./audit-store.ts";
import { BuildStore } from "./build-store.ts";
import { EventStore } from "./event-store.ts";
import { LeaseStore } from "./lease-store.ts";
import { LogStore } from "./log-store.ts";
import { SealedStore } from "./sealed-store.ts";
import { SettingStore } from "./setting-store.ts";
import type { Tables } from "./tables.ts";
import { TransitionStore } from "./transition-store.ts";

/** The operations of the controller's store. Each one is a transaction; nothing is kept in memory. */
export function createStore(db: Kysely<Tables>, clock: Clock) {
  const transitions = new TransitionStore(db, clock);
  return {
    accounts: new AccountStore(db),
    apps: new AppStore(db),
    settings: new SettingStore(db),
    sealed: new SealedStore(db),
    audit: new AuditStore(db),
    agents: new AgentStore(db),
    builds: new BuildStore(db),
    events: new EventStore(),
    logs: new LogStore(db),
    artifacts: new ArtifactStore(db),
    leases: new LeaseStore(db, transitions),
    transitions,
    close: () => db.destroy(),
  };
}

export type Store = ReturnType<typeof createStore>;
