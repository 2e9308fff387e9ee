import type { Insertable, Kysely, Selectable } from "kysely";
import type { BuildStatus } from "../../protocol/build-types.ts";
import type { AccountScope } from "../accounts/principal.ts";
import { statesOf } from "../queue/states.ts";
import { within } from "./scope.ts";
import type { BuildRow, EventRow, Tables } from "./tables.ts";

export interface BuildFilter {
  accounts: AccountScope;
  appId?: string;
  status?: BuildStatus;
  platform?: string;
  /** Only builds with a smaller id. */
  before?: number;
  limit: number;
}

export type BuildWithApp = Selectable<BuildRow> & { app_name: string };

/** Builds as people asked for them, and the events of their steps. */
export class BuildStore {
  private readonly db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  async create(request: Omit<Insertable<BuildRow>, "id" | "state" | "fence" | "attempt">): Promise<number> {
    const row = { ...request, state: "queued" as const, fence: 0, attempt: 0 };
    const created = await this.db.transaction().execute(async (tx) => {
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

  find(id: number): Promise<BuildWithApp | undefined> {
    return this.withApp().where("builds.id", "=", id).executeTakeFirst();
  }

  /** Newest first. */
  list(filter: BuildFilter): Promise<BuildWithApp[]> {
    let query = this.withApp().where(within("builds.account_id", filter.accounts));
    if (filter.appId !== undefined) query = query.where("builds.app_id", "=", filter.appId);
    if (filter.status !== undefined) query = query.where("builds.state", "in", statesOf(filter.status));
    if (filter.platform !== undefined) query = query.where("builds.platform", "=", filter.platform);
    if (filter.before !== undefined) query = query.where("builds.id", "<", filter.before);
    return query.orderBy("builds.id", "desc").limit(filter.limit).execute();
  }

  /** Events of an attempt, in order. */
  events(leaseId: string): Promise<Selectable<EventRow>[]> {
    return this.db.selectFrom("events").selectAll().where("lease_id", "=", leaseId).orderBy("seq").execute();
  }

  /** How many builds stand before this one in the queue of its platform. */
  async ahead(build: Selectable<BuildRow>): Promise<number> {
    const row = await this.db
      .selectFrom("builds")
      .select((e) => e.fn.countAll<number>().as("n"))
      .where("state", "=", "queued")
      .where("platform", "=", build.platform)
      .where("id", "<", build.id)
      .executeTakeFirstOrThrow();
    return Number(row.n);
  }

  private withApp() {
    return this.db
      .selectFrom("builds")
      .innerJoin("apps", "apps.id", "builds.app_id")
      .selectAll("builds")
      .select("apps.name as app_name");
  }
}
