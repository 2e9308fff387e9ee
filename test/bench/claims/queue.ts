import type { Insertable, Kysely } from "kysely";
import type { RowSignatures } from "../../../src/controller/store/row-signatures.ts";
import type { BuildRow, Tables } from "../../../src/controller/store/tables.ts";
import type { Ground } from "./ground.ts";

const ROWS_AT_ONCE = 200;
const PLATFORM = "android";

/** Accounts with an app each, whose builds stand in turns in the queue of one platform. */
export class Queue {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;
  private readonly accounts: readonly string[];
  private asked = 0;

  private constructor({ db, services }: Ground, accounts: readonly string[]) {
    this.db = db;
    this.signatures = services.store.signatures;
    this.accounts = accounts;
  }

  /** `limit`: how many builds of each account may run at once. */
  static async open(ground: Ground, name: string, accounts: number, limit?: number): Promise<Queue> {
    const { db, services } = ground;
    const ids = Array.from({ length: accounts }, (_, number) => `o-${name}-${number}`);
    for (const id of ids) {
      const account = { id, name: id, concurrency_limit: limit ?? null, created_at: Date.now() };
      await db.insertInto("accounts").values(account).execute();
      const app = { id: `a-${id}`, account_id: id, name: "app", subfolder: "", created_at: Date.now() };
      const source = { git_url: "https://example.test/app.git", git_username: "", git_password: null };
      const insert = db.insertInto("apps").values({ ...app, ...source });
      const row = await insert.returningAll().executeTakeFirstOrThrow();
      const signature = services.store.signatures.of("app", row);
      await db.updateTable("apps").set({ signature }).where("id", "=", app.id).execute();
    }
    return new Queue(ground, ids);
  }

  /** Adds builds past the controller, signed as it signs them: of each account one a turn. */
  async add(builds: number, state: "queued" | "running" = "queued"): Promise<void> {
    for (let left = builds; left > 0; left -= ROWS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(left, ROWS_AT_ONCE) }, () => this.next(state));
      await this.db.transaction().execute(async (tx) => {
        for (const row of await tx.insertInto("builds").values(rows).returningAll().execute()) {
          const signature = this.signatures.of("build", row);
          await tx.updateTable("builds").set({ signature }).where("id", "=", row.id).execute();
        }
      });
    }
  }

  async waiting(): Promise<number> {
    const count = this.db.selectFrom("builds").select((e) => e.fn.countAll<number>().as("n"));
    return Number((await count.where("state", "=", "queued").executeTakeFirstOrThrow()).n);
  }

  private next(state: "queued" | "running"): Insertable<BuildRow> {
    const account = this.accounts[this.asked % this.accounts.length] as string;
    const turn = 1 + Math.floor(this.asked / this.accounts.length);
    this.asked += 1;
    return {
      ...{ app_id: `a-${account}`, account_id: account, requested_by: "admin", turn, state, platform: PLATFORM },
      ...{ kind: "package", build_type: "debug", package_type: null, commit_ref: "main", commit_sha: null },
      ...{ target_platform: null, environment: null, native_config: null, security_profile: null },
      ...{ build_file_name: null, fence: 0, attempt: 0, lease_id: null, cancel_requested: 0, failure: null },
      ...{ created_at: Date.now(), started_at: null, finished_at: null },
    };
  }
}
