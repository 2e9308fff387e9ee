import type { SecureContext } from "node:tls";
import type { Logger } from "../../base/observe/logger.ts";
import type { ControllerClient } from "../connection/controller-client.ts";
import type { AgentMetrics } from "../health/metrics.ts";
import type { JobGroups } from "./job-groups.ts";
import type { LeaseJournal } from "./lease-journal.ts";

/** What every job of this agent works with. */
export interface JobContext {
  client: () => ControllerClient;
  journal: LeaseJournal;
  workFolder: string;
  logger: Logger;
  metrics: AgentMetrics;
  logWindowBytes: number;
  logFlushMs: number;
  bootId: string;
  /** Missing where jobs have none. */
  groups?: JobGroups;
  /** For uploads by HTTPS; undefined: only public CAs are believed. */
  uploadContext: SecureContext | undefined;
}
