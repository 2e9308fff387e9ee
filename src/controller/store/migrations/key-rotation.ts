import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `alter table agent_keys add column made_at integer`,
  `alter table agent_keys add column next_thumbprint text`,
  `alter table agent_keys add column next_public_key text`,
  `create unique index agent_keys_by_next on agent_keys (next_thumbprint)`,
  `create table former_agent_keys (thumbprint text primary key, agent_id text not null, ended_at integer not null)`,
];

/** The keys that replace those of agents, and those that were replaced. */
export async function addKeyRotation(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
