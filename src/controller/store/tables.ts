import type { Generated } from "kysely";
import type { BuildState, LeaseEnd, LeaseState } from "../queue/states.ts";

/** The tables, as kysely sees them. Times are milliseconds since 1970; JSON is text. */
export interface Tables {
  apps: AppRow;
  builds: BuildRow;
  leases: LeaseRow;
  transitions: TransitionRow;
  events: EventRow;
  log_chunks: LogChunkRow;
  artifacts: ArtifactRow;
  artifact_parts: ArtifactPartRow;
  agents: AgentRow;
  settings: SettingRow;
  audit: AuditRow;
}

export interface AppRow {
  id: string;
  name: string;
  git_url: string;
  subfolder: string;
  git_username: string;
  git_password: Uint8Array | null;
  created_at: number;
}

export interface BuildRow {
  id: Generated<number>;
  app_id: string;
  kind: string;
  platform: string;
  build_type: string;
  package_type: string | null;
  commit_ref: string;
  commit_sha: string | null;
  target_platform: string | null;
  environment: string | null;
  native_config: string | null;
  security_profile: string | null;
  build_file_name: string | null;
  state: BuildState;
  fence: number;
  /** Attempts that were accepted by an agent. */
  attempt: number;
  lease_id: string | null;
  cancel_requested: number;
  failure: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

export interface LeaseRow {
  id: string;
  build_id: number;
  attempt: number;
  fence: number;
  agent_id: string;
  session_epoch: number;
  state: LeaseState;
  ended: LeaseEnd | null;
  /** JobSpec as it was answered, so that Accept may be repeated. */
  spec: string | null;
  log_length: number;
  /** The blob that holds the whole log, once the attempt has ended. */
  log_blob: string | null;
  event_seq: number;
  granted_at: number;
  ended_at: number | null;
}

/** One row for each change of a build's state, written in the same transaction. */
export interface TransitionRow {
  id: Generated<number>;
  build_id: number;
  at: number;
  from_state: string;
  to_state: string;
  fence: number;
  reason: string;
}

export interface EventRow {
  lease_id: string;
  seq: number;
  build_id: number;
  at: number;
  kind: string;
  step: string;
  title: string;
  outcome: string;
  detail: string;
}

export interface LogChunkRow {
  lease_id: string;
  start: number;
  data: Uint8Array;
}

export interface ArtifactRow {
  id: string;
  build_id: number;
  lease_id: string;
  name: string;
  kind: string;
  size: number;
  sha256: string;
  metadata: string;
  /** All parts are there, the hash is right, and the file is in the blob store. */
  stored: number;
}

export interface ArtifactPartRow {
  artifact_id: string;
  number: number;
}

export interface AgentRow {
  id: string;
  name: string;
  machine_id: string;
  session_id: string;
  session_epoch: number;
  version: string;
  slots: number;
  state: string;
  reasons: string;
  capability: string;
  disk_free: number;
  last_contact_at: number;
}

export interface SettingRow {
  kind: string;
  name: string;
  shown: string;
  sealed: Uint8Array | null;
  updated_at: number;
}

/** One row for each change and each use of what holds secrets; without the secrets. */
export interface AuditRow {
  id: Generated<number>;
  at: number;
  /** `admin`, the name of an agent, or `controller` for what it did by itself. */
  actor: string;
  action: string;
  kind: string;
  name: string;
  build_id: number | null;
  lease_id: string | null;
  detail: string;
}
