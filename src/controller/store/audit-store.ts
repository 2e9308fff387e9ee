import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { AuditAction, AuditKind } from "../../protocol/audit-api.ts";
import type { ChainPlace, Unchained } from "../../protocol/audit-chain.ts";
import type { AccountScope } from "../accounts/principal.ts";
import { append, chainEntries, headOf } from "./audit-chaining.ts";
import { isPostgres } from "./dialect.ts";
import { fenceHolds } from "./fence.ts";
import { within } from "./scope.ts";
import type { AuditRow, BuildRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export interface AuditFilter {
  /** Entries that belong to no account are only in "all". */
  accounts: AccountScope;
  kind?: AuditKind;
  name?: string;
  build?: number;
  /** Only entries with a smaller id. */
  before?: number;
  limit: number;
}

/** What happened: everything of an entry but its number. */
export interface Happening {
  at: number;
  actor: string;
  action: AuditAction;
  kind: AuditKind;
  name: string;
  detail: string;
  /** The account that it happened in, if any. */
  account?: string;
}

/** The lease that a secret was used under. */
export interface Use {
  leaseId: string;
  buildId: number;
  fence: number;
  attempt: number;
  /** The id of the step that asks, where it is known. */
  step?: string;
}

/** Who asked for what, who changed what, and which build was given which secrets. Entries are only ever added. */
export class AuditStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Records a use under a lease, durable when it resolves. Throws STALE_LEASE when the lease no longer holds its build. */
  async used(lease: Use, happening: Happening): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await fenceHolds(tx, lease.leaseId, lease.fence);
      const build = tx.selectFrom("builds").select("account_id").where("id", "=", lease.buildId);
      const { account_id: account } = await build.executeTakeFirstOrThrow();
      await record(
        tx,
        { ...happening, account },
        {
          build_id: lease.buildId,
          lease_id: lease.leaseId,
          attempt: lease.attempt,
          step: lease.step ?? null,
        },
      );
    });
  }

  /** Records that a build was not given to an agent, in the transaction that ends it. */
  refused(
    tx: Transaction<Tables>,
    build: Pick<Selectable<BuildRow>, "id" | "account_id" | "app_id">,
    leaseId: string,
    { at, detail }: Pick<Happening, "at" | "detail">,
  ): Promise<void> {
    const { id: build_id, account_id: account, app_id: name } = build;
    const told = { at, actor: "controller", action: "refused", kind: "app", name, detail, account } as const;
    return record(tx, told, { build_id, lease_id: leaseId });
  }

  /** Newest first. */
  list(filter: AuditFilter): Promise<Selectable<AuditRow>[]> {
    let query = this.db.selectFrom("audit").selectAll().where(within("account_id", filter.accounts));
    if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
    if (filter.name !== undefined) query = query.where("name", "=", filter.name);
    if (filter.build !== undefined) query = query.where("build_id", "=", filter.build);
    if (filter.before !== undefined) query = query.where("id", "<", filter.before);
    return query.orderBy("id", "desc").limit(filter.limit).execute();
  }

  /** Records what changed nothing else in the store. */
  add(happening: Happening, under?: Partial<Under>): Promise<void> {
    return inTransaction(this.db, (tx) => record(tx, happening, under));
  }

  /** Chains what came since the last time; answers how many entries. At once by one controller only: others wait. */
  async seal(): Promise<number> {
    let count = 0;
    for (let more = 1; more > 0 && (await this.unchained()).count > 0; count += more) {
      // Not serializable: each statement sees what was committed before the lock was got.
      more = await this.db.transaction().execute(async (tx) => {
        if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(hashtextextended('audit chain', 2))`.execute(tx);
        return chainEntries(tx);
      });
    }
    return count;
  }

  /** The last entry of the chain. */
  head(): Promise<ChainPlace | undefined> {
    return headOf(this.db);
  }

  /** Entries with higher numbers than `after`, in their order. */
  chain(after: number, most: number): Promise<Selectable<AuditRow>[]> {
    return this.db.selectFrom("audit").selectAll().where("seq", ">", after).orderBy("seq").limit(most).execute();
  }

  async unchained(): Promise<Unchained> {
    const row = await this.db
      .selectFrom("audit")
      .select((e) => [e.fn.countAll<number>().as("count"), e.fn.min("at").as("oldest")])
      .where("seq", "is", null)
      .executeTakeFirstOrThrow();
    const count = Number(row.count);
    return count === 0 ? { count } : { count, oldestAt: Number(row.oldest) };
  }
}

/** What an entry is about, besides its name. */
export interface Under {
  build_id: number;
  lease_id: string | null;
  attempt: number | null;
  step: string | null;
}

/**
 * Adds an entry in the transaction of the change that it tells of. SQLite has one writer: there it is chained at once. On
 * PostgreSQL all transactions would wait for each other at the end of the chain: there it is chained some moments later.
 */
export async function record(tx: Transaction<Tables>, happening: Happening, under: Partial<Under> = {}): Promise<void> {
  const { account, ...told } = happening;
  const row = {
    ...told,
    account_id: account ?? null,
    build_id: under.build_id ?? null,
    lease_id: under.lease_id ?? null,
    attempt: under.attempt ?? null,
    step: under.step ?? null,
  };
  const insert = tx.insertInto("audit").values(row);
  if (isPostgres(tx)) await insert.execute();
  else await append(tx, await insert.returningAll().execute());
}
