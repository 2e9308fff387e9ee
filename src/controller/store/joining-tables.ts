/** Who holds its secret may let so many hosts join. */
export interface InvitationRow {
  id: string;
  /** SHA-256 of the secret, hexadecimal. */
  hash: string;
  /** The name that the agent gets; null: the host chooses. */
  name: string | null;
  uses: number;
  used: number;
  /** The agent that joined last. */
  last_used_by: string | null;
  created_by: string;
  created_at: number;
  expires_at: number;
}

/** The key of a host that joined. A name has at most one that isn't revoked. */
export interface AgentKeyRow {
  /** Of the public key: see key-assertion.ts. */
  thumbprint: string;
  /** The id of its row in `agents`, which it gets when it first connects. */
  agent_id: string;
  name: string;
  /** SubjectPublicKeyInfo, base64. */
  public_key: string;
  machine_id: string;
  hostname: string;
  invitation_id: string;
  joined_at: number;
  /** When it last got an access token. */
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
  /** The process that opened the last session, and the one before it. */
  instance_id: string | null;
  former_instance_id: string | null;
  /** Set: the key was shown by two hosts, this one and another. */
  quarantined_at: number | null;
  other_machine_id: string | null;
  /** When its key was replaced the last time; null: it is the one that it joined with. */
  made_at: number | null;
  /** The key that replaces it as soon as it is used. */
  next_thumbprint: string | null;
  next_public_key: string | null;
}

/** A key that an agent had until it was replaced. */
export interface FormerAgentKeyRow {
  thumbprint: string;
  agent_id: string;
  ended_at: number;
}

/** An assertion that was shown: it isn't taken twice. */
export interface AssertionRow {
  jti: string;
  expires_at: number;
}
