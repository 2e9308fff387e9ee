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
import { FactStore } from "./fact-store.ts";
import { InvitationStore } from "./invitation-store.ts";
import { LeaseStore } from "./lease-store.ts";
import { LeftLogStore } from "./left-log-store.ts";
import { LogStore } from "./log-store.ts";
import { LoginCodeStore } from "./login-code-store.ts";
import { MaintenanceStore } from "./maintenance-store.ts";
import { MemberStore } from "./member-store.ts";
import { PushStore } from "./push-store.ts";
import { QueueOrder } from "./queue-order.ts";
import { RetentionStore } from "./retention-store.ts";
import { RowSignatures } from "./row-signatures.ts";
import { SealedStore } from "./sealed-store.ts";
import { SettingStore } from "./setting-store.ts";
import { SigningStore } from "./signing-store.ts";
import type { Tables } from "./tables.ts";
import { TargetPlatformStore } from "./target-platform-store.ts";
import { TokenStore } from "./token-store.ts";
import { TraceStore } from "./trace-store.ts";
import { exclusively } from "./transaction.ts";
import { TransitionStore } from "./transition-store.ts";
import { UploadStore } from "./upload-store.ts";
import { UserStore } from "./user-store.ts";
import { WatchStore } from "./watch-store.ts";
import { WebhookStore } from "./webhook-store.ts";

/** The operations of the controller's store. Each one is a transaction; nothing is kept in memory. */
export function createStore(db: Kysely<Tables>, clock: Clock) {
  const traces = new TraceStore(db);
  const transitions = new TransitionStore(db, clock, traces);
  const order = new QueueOrder(db);
  const signatures = new RowSignatures();
  return {
    accounts: new AccountStore(db),
    users: new UserStore(db),
    members: new MemberStore(db),
    tokens: new TokenStore(db),
    loginCodes: new LoginCodeStore(db),
    apps: new AppStore(db, signatures),
    settings: new SettingStore(db, signatures),
    sealed: new SealedStore(db),
    signatures,
    signing: new SigningStore(db, signatures),
    audit: new AuditStore(db),
    agents: new AgentStore(db),
    agentKeys: new AgentKeyStore(db),
    invitations: new InvitationStore(db),
    builds: new BuildStore(db, order, signatures),
    maintenance: new MaintenanceStore(db, order),
    commits: new CommitStore(db),
    pushes: new PushStore(db, signatures),
    automations: new AutomationStore(db, signatures),
    targetPlatforms: new TargetPlatformStore(db),
    events: new EventStore(signatures),
    facts: new FactStore(db),
    logs: new LogStore(db),
    leftLogs: new LeftLogStore(db),
    artifacts: new ArtifactStore(db, clock),
    uploads: new UploadStore(db),
    webhooks: new WebhookStore(db),
    deliveries: new DeliveryStore(db),
    retention: new RetentionStore(db),
    watch: new WatchStore(db),
    leases: new LeaseStore(db, transitions, order, clock),
    transitions,
    traces,
    /** Does the work while no other controller does what has the same name. */
    exclusively: <T>(name: string, work: () => Promise<T>) => exclusively(db, name, work),
    close: () => db.destroy(),
  };
}

export type Store = ReturnType<typeof createStore>;
