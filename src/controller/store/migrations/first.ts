import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";

const STATEMENTS = [
  `create table apps (
    id text primary key, name text not null unique, git_url text not null, subfolder text not null,
    git_username text not null, git_password blob, created_at integer not null)`,
  `create table builds (
    id integer primary key autoincrement, app_id text not null references apps (id), kind text not null,
    platform text not null, build_type text not null, package_type text, commit_ref text not null, commit_sha text,
    target_platform text, environment text, native_config text, security_profile text, build_file_name text,
    state text not null, fence integer not null, attempt integer not null, lease_id text,
    cancel_requested integer not null, failure text,
    created_at integer not null, started_at integer, finished_at integer)`,
  `create index builds_queue on builds (platform, id) where state = 'queued'`,
  `create index builds_by_app on builds (app_id, id)`,
  `create table leases (
    id text primary key, build_id integer not null references builds (id), attempt integer not null,
    fence integer not null, agent_id text not null, session_epoch integer not null, state text not null, ended text,
    spec text, log_length integer not null, log_blob text, event_seq integer not null,
    granted_at integer not null, ended_at integer)`,
  `create index leases_live on leases (agent_id) where state <> 'ended'`,
  `create index leases_by_build on leases (build_id, fence)`,
  `create table transitions (
    id integer primary key autoincrement, build_id integer not null, at integer not null, from_state text not null,
    to_state text not null, fence integer not null, reason text not null)`,
  `create index transitions_by_build on transitions (build_id)`,
  `create table events (
    lease_id text not null references leases (id), seq integer not null, build_id integer not null,
    at integer not null, kind text not null, step text not null, title text not null, outcome text not null,
    detail text not null, primary key (lease_id, seq))`,
  `create table log_chunks (
    lease_id text not null references leases (id), start integer not null, data blob not null,
    primary key (lease_id, start))`,
  `create table artifacts (
    id text primary key, build_id integer not null references builds (id), lease_id text not null references leases (id),
    name text not null, kind text not null, size integer not null, sha256 text not null, metadata text not null,
    stored integer not null, unique (lease_id, name))`,
  `create index artifacts_by_build on artifacts (build_id)`,
  `create table artifact_parts (
    artifact_id text not null references artifacts (id), number integer not null, primary key (artifact_id, number))`,
  `create table agents (
    id text primary key, name text not null unique, machine_id text not null, session_id text not null,
    session_epoch integer not null, version text not null, slots integer not null, state text not null,
    reasons text not null, capability text not null, disk_free integer not null, last_contact_at integer not null)`,
  `create table settings (
    kind text not null, name text not null, shown text not null, sealed blob, updated_at integer not null,
    primary key (kind, name))`,
];

/** Apps, builds, leases, logs, artifacts, agents and settings. */
export async function createFirst(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
