import type { Generated } from "kysely";
import type { BuildState, LeaseEnd, LeaseState } from "../queue/states.ts";
import type { AccountRow, LoginCodeRow, MemberRow, TokenRow, UserRow } from "./account-tables.ts";
import type { AgentKeyRow, AssertionRow, FormerAgentKeyRow, InvitationRow } from "./joining-tables.ts";
import type { MaintenanceRow } from "./maintenance-store.ts";
import type { AutomationRow, DeliveryRow, PushRow, RefRow, RemovalRow, WebhookRow } from "./push-tables.ts";

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
  bucket_uploads: BucketUploadRow;
  agents: AgentRow;
  settings: SettingRow;
  audit: AuditRow;
  accounts: AccountRow;
  users: UserRow;
  members: MemberRow;
  tokens: TokenRow;
  login_codes: LoginCodeRow;
  turns: TurnRow;
  target_platforms: TargetPlatformRow;
  refs: RefRow;
  pushes: PushRow;
  automations: AutomationRow;
  webhooks: WebhookRow;
  deliveries: DeliveryRow;
  removals: RemovalRow;
  shared_facts: SharedFactRow;
  invitations: InvitationRow;
  agent_keys: AgentKeyRow;
  maintenance_windows: MaintenanceRow;
  former_agent_keys: FormerAgentKeyRow;
  assertions: AssertionRow;
  traces_owed: TraceOwedRow;
}

export interface AppRow {
  id: string;
  account_id: string;
  /** Unique in its account. */
  name: string;
  git_url: string;
  subfolder: string;
  git_username: string;
  git_password: Uint8Array | null;
  created_at: number;
  /** Its commits are pushed to the controller itself; `git_url` is empty then. */
  own_remote: Generated<number>;
  deploy_on_push: Generated<number>;
  /** A newer push cancels the older builds of its branch that a push began. */
  cancel_older: Generated<number>;
  /** Sealed: what webhooks of the git host are signed with. */
  push_secret: Generated<Uint8Array | null>;
  /** Null: as long as the controller keeps them. */
  keep_artifacts_days: Generated<number | null>;
  keep_logs_days: Generated<number | null>;
  /** Null: as the agent's configuration says. */
  timeout_minutes: Generated<number | null>;
  /** Of RowSignatures. Null: an older release wrote it. */
  signature: Generated<string | null>;
  /** Patterns of branches whose builds get secrets, JSON; null: those of all that may be asked for. */
  trusted_branches: Generated<string | null>;
}

export interface BuildRow {
  id: Generated<number>;
  app_id: string;
  /** That of the app. */
  account_id: Generated<string>;
  /** The e-mail of a user, `admin`, `push` or `automation NAME`. */
  requested_by: Generated<string>;
  /** The first line of the commit's message, where it is known. */
  commit_note: Generated<string>;
  /** The branch whose push began it. */
  branch: Generated<string | null>;
  automation_id: Generated<string | null>;
  /** The push that began it. Of one push each automation begins one build, and none of them another. */
  push_id: Generated<number | null>;
  /** Its place among the builds of its platform; accounts take turns. */
  turn: Generated<number>;
  /** What `target_platform` asked for when the build was taken: Requirement, JSON. */
  requirement: Generated<string | null>;
  /** What was told of its target platform. */
  notice: Generated<string | null>;
  /** `Trust` of pushes/trust.ts, as it was decided when the build was taken. */
  trust: Generated<string>;
  artifacts_removed_at: Generated<number | null>;
  log_removed_at: Generated<number | null>;
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
  /** Of RowSignatures. Null: an older release wrote it. */
  signature: Generated<string | null>;
  /** Of `commit_sha`. */
  commit_signature: Generated<string | null>;
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
  /** Of `spec`, base64. */
  spec_signature: Generated<string | null>;
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
  /** Null for files that older releases took. */
  declared_at: Generated<number | null>;
  stored_at: Generated<number | null>;
}

export interface ArtifactPartRow {
  artifact_id: string;
  number: number;
}

/** The upload in parts that an incoming file of a bucket has. */
export interface BucketUploadRow {
  incoming: string;
  upload: string;
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
  /** Why an operator keeps it from new builds: StoredHold of agents/holds.ts, JSON. */
  hold: string | null;
}

export interface SettingRow {
  account_id: string;
  kind: string;
  name: string;
  shown: string;
  sealed: Uint8Array | null;
  updated_at: number;
  /** Of RowSignatures. Null: an older release wrote it. */
  signature: Generated<string | null>;
}

/** One row for each change, each request and each use of a secret; without the secrets. Rows are only added, and chained. */
export interface AuditRow {
  id: Generated<number>;
  at: number;
  /** The e-mail of a user, `admin`, the name of an agent, or `controller` for what it did by itself. */
  actor: string;
  action: string;
  kind: string;
  name: string;
  build_id: number | null;
  lease_id: string | null;
  detail: string;
  /** Null for what belongs to no account. */
  account_id: Generated<string | null>;
  /** Of the lease under which a secret was given out. */
  attempt: Generated<number | null>;
  /** The id of the step that asked for a secret, where the agent told it. */
  step: Generated<string | null>;
  /** Its place in the chain: see protocol/audit-chain.ts. Null until it is chained. */
  seq: Generated<number | null>;
  prev_hash: Generated<string | null>;
  hash: Generated<string | null>;
}

/** The last turn that an account got on a platform; of the account `` it is the turn that was last begun. */
export interface TurnRow {
  platform: string;
  account_id: string;
  last: number;
}

export interface TargetPlatformRow {
  name: string;
  /** `macos`, `linux` or `any`. */
  os: string;
  /** The Xcode, as target-platform.ts reads it. */
  xcode: string | null;
  /** A name that the agent's configuration promises. */
  label: string | null;
  preferred: number;
  /** What people are told who ask for it. */
  notice: string | null;
  retired: number;
  position: number;
}

/** What all controllers on one store must have in common. */
export interface SharedFactRow {
  name: string;
  value: string;
}

/** A build that has ended and whose trace the collector doesn't have. */
export interface TraceOwedRow {
  build_id: number;
  owed_at: number;
  /** Until then somebody is sending it. */
  claimed_until: number;
}
