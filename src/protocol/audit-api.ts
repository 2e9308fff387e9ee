/**
 * The audit in the HTTP API.
 *
 *   GET    /audit                         { entries: AuditEntry[], next?: number }; ?kind ?name ?build ?limit ?before=ID
 *   GET    /audit/chain                   ChainPage of audit-chain.ts, the oldest first, for operators; ?after=SEQ ?limit
 */

export const AUDIT_KINDS = [
  "profile",
  "environment",
  "native-config",
  "app",
  "key",
  "target-platform",
  "user",
  "account",
  "member",
  "token",
  "webhook",
  "agent",
  "invitation",
  "build",
  "automation",
  "login",
  "store",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export const AUDIT_ACTIONS = [
  "written",
  "removed",
  "used",
  "key rotated",
  "asked for",
  "canceled",
  "pushed",
  "shared",
  "logged in",
  "logged out",
  "refused",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who asked for what, who changed what, and which build was given which secrets; without the secrets. */
export interface AuditEntry {
  id: number;
  at: string;
  /** The e-mail of a user, `admin`, the name of an agent, or `controller` for what it did by itself. */
  actor: string;
  action: AuditAction;
  kind: AuditKind;
  name: string;
  build?: number;
  lease?: string;
  /** Of the build, that was given the secret. */
  attempt?: number;
  /** The step that asked for the secret. */
  step?: string;
  detail: string;
  /** Its number in the chain, and its hash; absent for some moments where several controllers write. */
  seq?: number;
  hash?: string;
}
