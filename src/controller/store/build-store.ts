import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { BuildStatus } from "../../protocol/build-types.ts";
import type { AccountScope } from "../accounts/principal.ts";
import { statusOf } from "../queue/states.ts";
import { record } from "./audit-store.ts";
import { type HeldBack, newestOf, stripsOf, type Wanted } from "./build-strips.ts";
import { firstHeldBack, liveBuildsOf } from "./limit-store.ts";
import { WAITING } from "./queue-conditions.ts";
import type { QueueOrder } from "./queue-order.ts";
import type { RowSignatures } from "./row-signatures.ts";
import { within } from "./scope.ts";
import type { BuildRow, EventRow, Tables } from "./tables.ts";
import { takeTurn } from "./turn-store.ts";

/** Of an app only together with its account, as the only one. */
export interface BuildFilter extends Wanted {
  limit: number;
}

/** With the status that people are told: a waiting build is `pending` while its account's limit holds it back. */
export type BuildWithApp = BuildInApp & { status: BuildStatus };

type BuildInApp = Selectable<BuildRow> & { app_name: string };

const NOTHING_HELD: HeldBack = new Map();

/** Of builds whose request names none. */
const DEFAULT_ACCOUNT = "default";

type NewBuild = Omit<Insertable<BuildRow>, "id" | "state" | "fence" | "attempt" | "turn">;

/** Builds as people asked for them, and the events of their steps. */
export class BuildStore {
  private readonly db: Kysely<Tables>;
  private readonly order: QueueOrder;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, order: QueueOrder, signatures: RowSignatures) {
    this.db = db;
    this.order = order;
    this.signatures = signatures;
  }

  async create(request: NewBuild): Promise<number> {
    const created = await this.order.inTurn(async (tx) => {
      const turn = await takeTurn(tx, request.platform, request.account_id ?? DEFAULT_ACCOUNT);
      const row = { ...request, state: "queued" as const, fence: 0, attempt: 0, turn };
      const made = await tx.insertInto("builds").values(row).returningAll().executeTakeFirstOrThrow();
      const { id } = made;
      const signature = this.signatures.of("build", made);
      await tx.updateTable("builds").set({ signature }).where("id", "=", id).execute();
      const change = { build_id: id, at: row.created_at, from_state: "", to_state: "queued", fence: 0 };
      await tx
        .insertInto("transitions")
        .values({ ...change, reason: "asked for" })
        .execute();
      await recordRequest(tx, id, request);
      return id;
    });
    return created;
  }

  async find(id: number): Promise<BuildWithApp | undefined> {
    const row = await this.withApp().where("builds.id", "=", id).executeTakeFirst();
    return row && (await this.withStatus([row]))[0];
  }

  /** Newest first. Reads no more rows than it answers, whatever the filter leaves out. */
  async list({ limit, ...wanted }: BuildFilter): Promise<BuildWithApp[]> {
    const inQueue = wanted.status === "pending" || wanted.status === "queued";
    const held = inQueue ? await this.heldBack(wanted.accounts) : NOTHING_HELD;
    const accounts = wanted.accounts === "all" && held.size > 0 ? await this.allAccounts() : wanted.accounts;
    return this.among(await newestOf(this.db, stripsOf({ ...wanted, accounts }, held), limit), wanted.accounts);
  }

  /** Those of these builds that are of the accounts, the newest first. */
  async among(ids: readonly number[], accounts: AccountScope): Promise<BuildWithApp[]> {
    if (ids.length === 0) return [];
    const query = this.withApp().where("builds.id", "in", ids).where(within("builds.account_id", accounts));
    return this.withStatus((await query.execute()).sort((a, b) => b.id - a.id));
  }

  /** The newest waiting builds of an account with ids from `from` on and below `before`. */
  async waiting(accountId: string, { from = 0, before = Number.MAX_SAFE_INTEGER }, limit: number): Promise<number[]> {
    const rows = await this.db
      .selectFrom("builds")
      .select("builds.id")
      .where(WAITING)
      .where("builds.account_id", "=", accountId)
      .where("builds.id", ">=", from)
      .where("builds.id", "<", before)
      .orderBy("builds.id", "desc")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** The first waiting build of each account that its limit holds back. */
  async heldBack(accounts: AccountScope): Promise<HeldBack> {
    return accounts.length === 0 ? NOTHING_HELD : firstHeldBack(this.db, accounts === "all" ? undefined : accounts);
  }

  /** Events of an attempt, in order. */
  events(leaseId: string): Promise<Selectable<EventRow>[]> {
    return this.db.selectFrom("events").selectAll().where("lease_id", "=", leaseId).orderBy("seq").execute();
  }

  /** The live builds of an account, the oldest first. */
  live(accountId: string): Promise<number[]> {
    return liveBuildsOf(this.db, accountId);
  }

  /** How many builds stand before this one in the queue of its platform, those included that a limit holds back. */
  async ahead(build: Selectable<BuildRow>): Promise<number> {
    const row = await this.db
      .selectFrom("builds")
      .select((e) => e.fn.countAll<number>().as("n"))
      .where(WAITING)
      .where("platform", "=", build.platform)
      .where(sql<boolean>`(turn, id) < (${build.turn}, ${build.id})`)
      .executeTakeFirstOrThrow();
    return Number(row.n);
  }

  private async allAccounts(): Promise<string[]> {
    return (await this.db.selectFrom("accounts").select("id").execute()).map(({ id }) => id);
  }

  private async withStatus(rows: readonly BuildInApp[]): Promise<BuildWithApp[]> {
    const accounts = new Set(rows.filter(({ state }) => state === "queued").map((row) => row.account_id));
    const first = accounts.size === 0 ? NOTHING_HELD : await firstHeldBack(this.db, [...accounts]);
    return rows.map((row) => {
      const held = row.state === "queued" && row.id >= (first.get(row.account_id) ?? Number.POSITIVE_INFINITY);
      return { ...row, status: held ? "pending" : statusOf(row.state) };
    });
  }

  private withApp() {
    return this.db
      .selectFrom("builds")
      .innerJoin("apps", "apps.id", "builds.app_id")
      .selectAll("builds")
      .select("apps.name as app_name");
  }
}

async function recordRequest(tx: Transaction<Tables>, id: number, build: NewBuild): Promise<void> {
  const app = await tx.selectFrom("apps").select("name").where("id", "=", build.app_id).executeTakeFirst();
  const secrets = [
    ["environment", build.environment],
    ["native config", build.native_config],
    ["security profile", build.security_profile],
  ].flatMap(([what, name]) => (name ? [`${what} ${name}`] : []));
  const what = [build.kind, build.platform, build.build_type].filter((word) => word !== "").join(" ");
  const detail = [`${what} of ${build.commit_ref}`, ...secrets].join(", ");
  const { account_id: account = DEFAULT_ACCOUNT, requested_by: actor = "admin", created_at: at } = build;
  const happening = { at, actor, account, action: "asked for", kind: "build", name: app?.name ?? "", detail } as const;
  await record(tx, happening, { build_id: id });
}
