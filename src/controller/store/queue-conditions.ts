import { sql } from "kysely";

// Written out, not bound: only so may a store use the partial indexes of migrations/queue-rules.ts and accounts.ts.

/** Of a build: it is in the queue. */
export const WAITING = sql<boolean>`builds.state = 'queued'`;

/** Of a lease: it has not ended. */
export const LIVE_LEASE = sql<boolean>`leases.state <> 'ended'`;

/** Of a build: it counts against the limit of its account. */
export const LIVE = sql<boolean>`builds.state in ('offered', 'accepted', 'running', 'cancelling')`;
