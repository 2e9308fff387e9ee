import { type ExpressionBuilder, type Insertable, type Kysely, type Selectable, sql } from "kysely";
import type { BuildStatus } from "../../protocol/build-types.ts";
import type { AccountScope } from "../accounts/principal.ts";
import { statesOf, statusOf } from "../queue/states.ts";
import { firstHeldBack, heldBack, liveBuildsOf } from "./limit-store.ts";
import { WAITING } from "./queue-conditions.ts";
import type { QueueOrder } from "./queue-order.ts";
import { within } from "./scope.ts";
import type { BuildRow, EventRow, Tables } from "./tables.ts";
import { takeTurn } from "./turn-store.ts";

export interface BuildFilter {
  accounts: AccountScope;
  appId?: string;
  status?: BuildStatus;
  platform?: string;
  /** Only builds with a smaller id. */
  before?: number;
  limit: number;
}

/** With the status that people are told: a waiting build is `pending` while its account's limit holds it back. */
export type BuildWithApp = BuildInApp & { status: BuildStatus };

type BuildInApp = Selectable<BuildRow> & { app_name: string };

/** Of builds whose request names none. */
const DEFAULT_ACCOUNT = "default";

/** Builds as people asked for them, and the events of their steps. */
export class BuildStore {
  private readonly db: Kysely<Tables>;
  private readonly order: QueueOrder;

  constructor(db: Kysely<Tables>, order: QueueOrder) {
    this.db = db;
    this.order = order;
  }

  async create(request: Omit<Insertable<BuildRow>, "id" | "state" | "fence" | "attempt" | "turn">): Promise<number> {
    const created = await this.order.inTurn(async (tx) => {
      const turn = await takeTurn(tx, request.platform, request.account_id ?? DEFAULT_ACCOUNT);
      const row = { ...request, state: "queued" as const, fence: 0, attempt: 0, turn };
      const { id } = await tx.insertInto("builds").values(row).returning("id").executeTakeFirstOrThrow();
      const change = { build_id: id, at: row.created_at, from_state: "", to_state: "queued", fence: 0 };
      await tx
        .insertInto("transitions")
        .values({ ...change, reason: "asked for" })
        .execute();
      return id;
    });
    return created;
  }

  async find(id: number): Promise<BuildWithApp | undefined> {
    const row = await this.withApp().where("builds.id", "=", id).executeTakeFirst();
    return row && (await this.withStatus([row]))[0];
  }

  /** Newest first. */
  async list(filter: BuildFilter): Promise<BuildWithApp[]> {
    let query = this.withApp().where(within("builds.account_id", filter.accounts));
    if (filter.appId !== undefined) query = query.where("builds.app_id", "=", filter.appId);
    if (filter.status !== undefined) query = query.where(this.hasStatus(filter));
    if (filter.platform !== undefined) query = query.where("builds.platform", "=", filter.platform);
    if (filter.before !== undefined) query = query.where("builds.id", "<", filter.before);
    return this.withStatus(await query.orderBy("builds.id", "desc").limit(filter.limit).execute());
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

  /** The condition for a public status: both of the queue are told apart by what their accounts' limits hold back. */
  private hasStatus({ status, accounts }: BuildFilter) {
    const held = heldBack(this.db, accounts === "all" ? undefined : accounts);
    return (e: ExpressionBuilder<Tables, "builds">) => {
      if (status === "pending") return e("builds.id", "in", held);
      const states = e("builds.state", "in", statesOf(status ?? "queued"));
      return status === "queued" ? states.and(e.not(e("builds.id", "in", held))) : states;
    };
  }

  private async withStatus(rows: readonly BuildInApp[]): Promise<BuildWithApp[]> {
    const accounts = new Set(rows.filter(({ state }) => state === "queued").map((row) => row.account_id));
    const first = accounts.size === 0 ? new Map<string, number>() : await firstHeldBack(this.db, [...accounts]);
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
