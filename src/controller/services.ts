import type { Logger } from "../base/observe/logger.ts";
import type { Clock } from "../base/time/clock.ts";
import type { Authenticator } from "./accounts/authenticator.ts";
import type { BrowserLogins } from "./accounts/browser-logins.ts";
import type { Logins } from "./accounts/logins.ts";
import type { Presence } from "./agents/presence.ts";
import type { Watchers } from "./agents/watchers.ts";
import type { Blobs } from "./blobs/blobs.ts";
import type { Changes } from "./live/changes.ts";
import type { LogOutlines } from "./logs/log-outlines.ts";
import type { LogReader } from "./logs/log-reader.ts";
import type { LogWriter } from "./logs/log-writer.ts";
import type { ControllerMetrics } from "./metrics.ts";
import type { Repositories } from "./pushes/repositories.ts";
import type { Replicas } from "./replicas/replicas.ts";
import type { KeyRotation } from "./secrets/key-rotation.ts";
import type { Sealer } from "./secrets/sealer.ts";
import type { Signer } from "./secrets/tokens.ts";
import type { Store } from "./store/store.ts";
import type { ControllerTls } from "./tls/controller-tls.ts";
import type { Tracing } from "./tracing/open-tracing.ts";
import type { SpecKeys } from "./trust/spec-keys.ts";

/** How long things last, in milliseconds. */
export interface Timing {
  syncIdleMs: number;
  syncBusyMs: number;
  leaseTtlMs: number;
  offerMs: number;
  /** An agent silent for so long is shown as offline; nothing else happens. */
  suspectMs: number;
  /** An agent silent for so long has lost its builds. */
  lostMs: number;
  offlineToleranceMs: number;
  logFlushMs: number;
  cancelGraceMs: number;
  /** A cancel that the agent has not carried out after so long is recorded without it. */
  cancelFinalMs: number;
  sweepMs: number;
  /** So long an agent leaves a build to one that suits it better. */
  betterFitMs: number;
  /** A sealing key that is older is replaced. */
  keyMaxAgeMs: number;
  /** How often the key's age is looked at. */
  keyLookMs: number;
  /** So long other controllers on the store get to see a new key before the old one goes. */
  keySpareMs: number;
  /** The receiver of a webhook must have answered after so long. */
  webhookTimeoutMs: number;
  /** The waits before a delivery is tried again; after the last one it has failed. */
  webhookRetryMs: readonly number[];
  /** How often it is looked for files that were kept long enough. */
  retentionMs: number;
  /** How often it is looked for logs that were not moved to the blob store when their attempt ended. */
  leftLogsMs: number;
  /** A git client that neither sends nor takes anything for so long is given up. */
  gitIdleMs: number;
  /** The body of a webhook must have arrived after so long. */
  hookBodyMs: number;
  /** So long an access token of an agent is good. */
  accessTokenMs: number;
  /** An agent whose key is older is told to replace it. */
  agentKeyMaxAgeMs: number;
  /** How often it is looked whether the certificate is to be renewed or has changed. */
  tlsLookMs: number;
  /** A stream of changes that has nothing to say says so this often. */
  heartbeatMs: number;
  /** How often it is looked for traces to send, where a collector is named. */
  tracesMs: number;
  /** How often entries of the audit are chained that were not chained at once, and its anchor is moved on. */
  auditSealMs: number;
  /** How often the whole chain of the audit is followed. */
  auditCheckMs: number;
}

export const DEFAULT_TIMING: Timing = {
  syncIdleMs: 25_000,
  syncBusyMs: 15_000,
  leaseTtlMs: 90_000,
  offerMs: 15_000,
  suspectMs: 90_000,
  lostMs: 300_000,
  offlineToleranceMs: 1_800_000,
  logFlushMs: 250,
  cancelGraceMs: 10_000,
  cancelFinalMs: 120_000,
  sweepMs: 1_000,
  betterFitMs: 2_000,
  keyMaxAgeMs: 90 * 86_400_000,
  keyLookMs: 86_400_000,
  keySpareMs: 600_000,
  webhookTimeoutMs: 10_000,
  webhookRetryMs: [10_000, 60_000, 300_000, 1_200_000, 3_600_000],
  retentionMs: 3_600_000,
  leftLogsMs: 60_000,
  gitIdleMs: 120_000,
  hookBodyMs: 20_000,
  accessTokenMs: 900_000,
  agentKeyMaxAgeMs: 90 * 86_400_000,
  tlsLookMs: 60_000,
  heartbeatMs: 15_000,
  tracesMs: 2_000,
  auditSealMs: 1_000,
  auditCheckMs: 86_400_000,
};

/** What the operator decides for all accounts. */
export interface Policy {
  /** For apps that say nothing else. */
  keepArtifactsDays: number;
  keepLogsDays: number;
  /** Whether webhooks may go to addresses that only this network has. */
  webhooksToPrivateNetworks: boolean;
}

export const DEFAULT_POLICY: Policy = { keepArtifactsDays: 90, keepLogsDays: 365, webhooksToPrivateNetworks: true };

/** What the parts of the controller work with; put together once, in main.ts. */
export interface Services {
  /** The folder with everything the controller has on this host. */
  dataFolder: string;
  store: Store;
  blobs: Blobs;
  changes: Changes;
  presence: Presence;
  watchers: Watchers;
  /** Other controllers on the same store. */
  replicas: Replicas;
  logWriter: LogWriter;
  logReader: LogReader;
  logOutlines: LogOutlines;
  sealer: Sealer;
  keys: KeyRotation;
  signer: Signer;
  /** What jobs are signed with. */
  specKeys: SpecKeys;
  clock: Clock;
  timing: Timing;
  policy: Policy;
  logger: Logger;
  metrics: ControllerMetrics;
  /** Undefined: nobody collects traces. */
  tracing: Tracing | undefined;
  /** What agents show that have no key of their own. */
  agentToken: string;
  takesSharedToken: boolean;
  /** Undefined: agents are spoken to without TLS. */
  tls: ControllerTls | undefined;
  /** Undefined: the HTTP side is plain HTTP. */
  httpTls: ControllerTls | undefined;
  /** Where agents are told to connect: host:port. */
  agentsAddress: () => string;
  authenticator: Authenticator;
  logins: Logins;
  browserLogins: BrowserLogins;
  /** The git repositories that the controller keeps itself. */
  repositories: Repositories;
  /** Where `npm run build` put the web page. */
  pageFolder: string;
  /** Proxies in front of the HTTP side that are believed about where a request comes from. */
  trustedProxies: readonly string[];
  /** Where agents and people reach the HTTP side, without a slash at the end. */
  publicUrl: () => string;
}
