/**
 * How hosts join and leave. Below `/api/v1`, as api.ts says; for operators.
 *
 *   GET    /agents/invitations              { invitations: Invitation[] }: those that a host can still join with
 *   POST   /agents/invitations              InvitationRequest → 201 NewInvitation
 *   DELETE /agents/invitations/:invitation  204
 *   POST   /agents/:agent/revoke            204; its key is good for nothing any more, its builds are tried again elsewhere
 *   POST   /agents/:agent/trust             TrustRequest → 204; ends a quarantine
 */

export interface InvitationRequest {
  /** The name that the agent gets; the host chooses when left out. Only with `uses` 1. */
  name?: string;
  /** From 60 to 86400; 3600 when left out. */
  ttlSeconds?: number;
  /** How many hosts may join with it; 1 when left out. */
  uses?: number;
}

export interface Invitation {
  id: string;
  name?: string;
  uses: number;
  used: number;
  createdBy: string;
  createdAt: string;
  expiresAt: string;
}

export interface NewInvitation extends Invitation {
  /** What `millwright agent join` takes. It is shown this once. */
  line: string;
}

export interface TrustRequest {
  /** The mark of the machine that keeps the key: one of `AgentKeyState.quarantined.machines`. */
  machine: string;
}

/** What an agent with a key of its own says about it. */
export interface AgentKeyState {
  joinedAt: string;
  /** Since when it has the key of now: since it joined, or since the key was replaced. */
  madeAt: string;
  /** A new key was announced, and hasn't been used. */
  replacing?: true;
  /** As the host called itself when it joined. */
  hostname: string;
  /** When it last showed its key. */
  lastUsedAt?: string;
  revoked?: { at: string; by: string };
  /** The key is in use on two hosts; these are their marks. */
  quarantined?: { since: string; machines: string[] };
}
