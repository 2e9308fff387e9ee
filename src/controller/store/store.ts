import type { Kysely } from "kysely";
import type { Clock } from "../../base/time/clock.ts";
import { AccountStore } from "./account-store.ts";
import { AgentKeyStore } from "./agent-key-store.ts";
import { AgentStore } from "./agent-store.ts";
import { AppStore } from "./app-store.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { AuditStore } from "./audit-store.ts";
import { AutomationStore } from "./automation-store.ts";
import { BuildStore } from "./build-store.ts";
import { CommitStore } from "./commit-store.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { EventStore } from "./event-store.ts";
import { InvitationStore } from "./invitation-store.ts";
import { LeaseStore } from "./lease-store.ts";
import { LogStore } from "./log-store.ts";
import { LoginCodeStore } from "./login-code-store.ts";
import { MemberStore } from "./member-store.ts";
import { PushStore } from "./push-store.ts";
import { RetentionStore } from "./retention-store.ts";
import { SealedStore } from "./sealed-store.ts";
import { SettingStore } from "./setting-store.ts";
import type { Tables } from "./tables.ts";
import { TargetPlatformStore } from "./target-platform-store.ts";
import { TokenStore } from "./token-store.ts";
import { TransitionStore } from "./transition-store.ts";
import { UserStore } from "./user-store.ts";
import { WatchStore } from "./watch-store.ts";
import { WebhookStore } from "./webhook-store.ts";

/** The operations of the controller's store. Each one is a transaction; nothing is kept in memory. */
export function createStore(db: Kysely<Tables>, clock: Clock) {
  const transitions = new TransitionStore(db, clock);
  return {
    accounts: new AccountStore(db),
    users: new UserStore(db),
    members: new MemberStore(db),
    tokens: new TokenStore(db),
    loginCodes: new LoginCodeStore(db),
    apps: new AppStore(db),
    settings: new SettingStore(db),
    sealed: new SealedStore(db),
    audit: new AuditStore(db),
    agents: new AgentStore(db),
    agentKeys: new AgentKeyStore(db),
    invitations: new InvitationStore(db),
    builds: new BuildStore(db),
    commits: new CommitStore(db),
    pushes: new PushStore(db),
    automations: new AutomationStore(db),
    targetPlatforms: new TargetPlatformStore(db),
    events: new EventStore(),
    logs: new LogStore(db),
    artifacts: new ArtifactStore(db),
    webhooks: new WebhookStore(db),
    deliveries: new DeliveryStore(db),
    retention: new RetentionStore(db),
    watch: new WatchStore(db),
    leases: new LeaseStore(db, transitions),
    transitions,
    close: () => db.destroy(),
  };
}

export type Store = ReturnType<typeof createStore>;
