import type { Generated } from "kysely";

/** The branches and tags of a remote of our own, as they were after the last push that was acted upon. */
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
  source: string;
  branch: string;
  sha: string;
  at: number;
  /** What came of it, in words. */
  outcome: string;
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
  build_id: number;
  /** `waiting`, `delivered` or `failed`. */
  state: string;
  attempts: number;
  next_at: number | null;
  /** The status of the last answer. */
  response: number | null;
  error: string;
  created_at: number;
  ended_at: number | null;
}
