import type { Logger } from "../base/observe/logger.ts";
import type { Clock } from "../base/time/clock.ts";
import type { Authenticator } from "./accounts/authenticator.ts";
import type { Presence } from "./agents/presence.ts";
import type { Watchers } from "./agents/watchers.ts";
import type { FolderBlobs } from "./blobs/folder-blobs.ts";
import type { Changes } from "./live/changes.ts";
import type { LogReader } from "./logs/log-reader.ts";
import type { LogWriter } from "./logs/log-writer.ts";
import type { ControllerMetrics } from "./metrics.ts";
import type { KeyRotation } from "./secrets/key-rotation.ts";
import type { Sealer } from "./secrets/sealer.ts";
import type { Signer } from "./secrets/tokens.ts";
import type { Store } from "./store/store.ts";

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
  /** A sealing key that is older is replaced. */
  keyMaxAgeMs: number;
  /** How often the key's age is looked at. */
  keyLookMs: number;
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
  keyMaxAgeMs: 90 * 86_400_000,
  keyLookMs: 86_400_000,
};

/** What the parts of the controller work with; put together once, in main.ts. */
export interface Services {
  store: Store;
  blobs: FolderBlobs;
  changes: Changes;
  presence: Presence;
  watchers: Watchers;
  logWriter: LogWriter;
  logReader: LogReader;
  sealer: Sealer;
  keys: KeyRotation;
  signer: Signer;
  clock: Clock;
  timing: Timing;
  logger: Logger;
  metrics: ControllerMetrics;
  agentToken: string;
  authenticator: Authenticator;
  /** Where agents and people reach the HTTP side, without a slash at the end. */
  publicUrl: () => string;
}
