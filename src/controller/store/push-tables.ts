import type { Generated } from "kysely";

/** The branches (without `refs/heads/`) of a remote of our own, as they were after the last push that was recorded. */
export interface RefRow {
  app_id: string;
  name: string;
  sha: string;
}

export interface PushRow {
  id: Generated<number>;
  app_id: string;
  /** The sender's own id of it: what comes twice is acted upon once. */
  delivery: string;
  /** `own remote`, or the kind of git host. */
  source: string;
  /** Without `refs/heads/`. */
  branch: string;
  /** Empty when the branch was deleted. */
  sha: string;
  /** Where the branch was; empty when it is new. */
  before_sha: string;
  /** The first line of the commit's message. */
  note: string;
  /** Who pushed, where it is known. */
  pushed_by: string;
  at: number;
  /** What came of it, in words. Empty until it has been acted upon: a restart of the controller goes on with it. */
  outcome: string;
  /** Of RowSignatures (row-signatures.ts). Null: an older release wrote it. */
  signature: Generated<string | null>;
}

export interface AutomationRow {
  id: string;
  app_id: string;
  name: string;
  /** Patterns of branch names, JSON. */
  branches: string;
  /** BuildRequest without its commit, JSON. */
  request: string;
  enabled: number;
  created_at: number;
  /** Of RowSignatures. Null: an older release wrote it. */
  signature: Generated<string | null>;
}

export interface WebhookRow {
  id: string;
  account_id: string;
  /** Null: for all apps of the account. */
  app_id: string | null;
  url: string;
  secret: Uint8Array;
  enabled: number;
  created_at: number;
}

export interface DeliveryRow {
  id: Generated<number>;
  webhook_id: string;
  /** Null for a ping. */
  build_id: number | null;
  /** `build.finished` or `ping`. */
  event: string;
  /** `waiting`, `delivered` or `failed`. */
  state: string;
  /** That came to an end. */
  attempts: number;
  /** When it is tried next. While it is tried: when somebody else may take it, should nobody be heard of it. */
  next_at: number | null;
  /** The status of the last answer. */
  response: number | null;
  error: string;
  created_at: number;
  /** The end of the last attempt. */
  tried_at: number | null;
  ended_at: number | null;
}

/** What of a build is removed after some time. */
export type Removal = "artifacts" | "log";

/** Files of a build that nobody is given any more, and that may still be there. */
export interface RemovalRow {
  build_id: number;
  what: Removal;
}
