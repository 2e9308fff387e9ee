import type { Kysely, Selectable, Transaction } from "kysely";
import type { AuditAction, AuditKind } from "../../protocol/api.ts";
import type { AccountScope } from "../accounts/principal.ts";
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

/** Who changed and who used what holds secrets. Entries are only ever added. */
export class AuditStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Records a use under a lease, durable when it resolves. Throws STALE_LEASE when the lease no longer holds its build. */
  async used(lease: { leaseId: string; buildId: number; fence: number }, happening: Happening): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await fenceHolds(tx, lease.leaseId, lease.fence);
      const build = tx.selectFrom("builds").select("account_id").where("id", "=", lease.buildId);
      const { account_id: account } = await build.executeTakeFirstOrThrow();
      await record(tx, { ...happening, account }, { build_id: lease.buildId, lease_id: lease.leaseId });
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
}

/** Adds an entry in the transaction of the change that it tells of. */
export async function record(
  tx: Transaction<Tables>,
  happening: Happening,
  under: { build_id: number; lease_id: string } | undefined = undefined,
): Promise<void> {
  const { account, ...told } = happening;
  const row = {
    ...told,
    account_id: account ?? null,
    build_id: under?.build_id ?? null,
    lease_id: under?.lease_id ?? null,
  };
  await tx.insertInto("audit").values(row).execute();
}
