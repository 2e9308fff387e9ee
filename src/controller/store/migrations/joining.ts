import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table invitations (
    id text primary key, hash text not null unique, name text, uses integer not null, used integer not null,
    last_used_by text, created_by text not null, created_at integer not null, expires_at integer not null)`,
  `create table agent_keys (
    thumbprint text primary key, agent_id text not null, name text not null, public_key text not null,
    machine_id text not null, hostname text not null, invitation_id text not null, joined_at integer not null,
    last_used_at integer, revoked_at integer, revoked_by text, instance_id text, former_instance_id text,
    quarantined_at integer, other_machine_id text)`,
  `create unique index agent_keys_by_name on agent_keys (name) where revoked_at is null`,
  `create index agent_keys_by_agent on agent_keys (agent_id)`,
  `create table assertions (jti text primary key, expires_at integer not null)`,
  `create index assertions_ended on assertions (expires_at)`,
];

/** Invitations of hosts, and the keys of those that joined. */
export async function addJoining(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
