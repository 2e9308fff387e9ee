import type { Insertable, Kysely, Selectable, Transaction } from "kysely";
import { isTerminal } from "../queue/states.ts";
import { type Happening, record } from "./audit-store.ts";
import type { PushRow } from "./push-tables.ts";
import type { RowSignatures } from "./row-signatures.ts";
import type { AppRow, BuildRow, Tables } from "./tables.ts";
import { inTransaction } from "./transaction.ts";

export type Push = Selectable<PushRow>;
export type NewPush = Omit<Insertable<PushRow>, "id" | "app_id">;

/** What of pushes is kept: where refs were, and each push with what came of it. */
export class PushStore {
  private readonly db: Kysely<Tables>;
  private readonly signatures: RowSignatures;

  constructor(db: Kysely<Tables>, signatures: RowSignatures) {
    this.db = db;
    this.signatures = signatures;
  }

  /** The branches of a remote of our own and their commits, as they were last recorded. */
  async refs(appId: string): Promise<Map<string, string>> {
    const rows = await this.db.selectFrom("refs").selectAll().where("app_id", "=", appId).execute();
    return new Map(rows.map(({ name, sha }) => [name, sha]));
  }

  /**
   * Records in one step a push to a remote of our own and where its branch is now. Undefined when the branch isn't where the
   * push begins: another controller recorded it first.
   */
  moved(appId: string, push: NewPush): Promise<Push | undefined> {
    const { branch: name, sha } = push;
    return inTransaction(this.db, async (tx) => {
      const known = tx.selectFrom("refs").select("sha").where("app_id", "=", appId).where("name", "=", name);
      if (((await known.executeTakeFirst())?.sha ?? "") !== push.before_sha) return undefined;
      if (sha === "") {
        await tx.deleteFrom("refs").where("app_id", "=", appId).where("name", "=", name).execute();
      } else {
        await tx
          .insertInto("refs")
          .values({ app_id: appId, name, sha })
          .onConflict((conflict) => conflict.columns(["app_id", "name"]).doUpdateSet({ sha }))
          .execute();
      }
      return this.insert(tx, appId, push);
    });
  }

  /**
   * Records a push that a git host told of. One that was told of before is answered as it is, and is not new: it has the id
   * of an earlier delivery, or it is a step of the branch that was recorded once and that the branch can't have made again.
   */
  told(appId: string, push: NewPush): Promise<{ push: Push; isNew: boolean }> {
    return inTransaction(this.db, async (tx) => {
      const ofBranch = () =>
        tx.selectFrom("pushes").selectAll().where("app_id", "=", appId).where("branch", "=", push.branch);
      const again = await ofBranch().where("delivery", "=", push.delivery).executeTakeFirst();
      if (again) return { push: again, isNew: false };
      const step = ofBranch().where("sha", "=", push.sha).where("before_sha", "=", push.before_sha);
      const same = await step.orderBy("id", "desc").limit(1).executeTakeFirst();
      const last = same && (await ofBranch().orderBy("id", "desc").limit(1).executeTakeFirst());
      if (same && last?.sha !== push.before_sha) return { push: same, isNew: false };
      return { push: await this.insert(tx, appId, push), isNew: true };
    });
  }

  /** Pushes that were recorded and not yet acted upon, oldest first. */
  unfinished(): Promise<Push[]> {
    return this.db.selectFrom("pushes").selectAll().where("outcome", "=", "").orderBy("id").execute();
  }

  find(id: number): Promise<Push | undefined> {
    return this.db.selectFrom("pushes").selectAll().where("id", "=", id).executeTakeFirst();
  }

  async finish(id: number, outcome: string): Promise<void> {
    await this.db.updateTable("pushes").set({ outcome }).where("id", "=", id).execute();
  }

  /** The branches that were once pushed with this very commit: those that the controller wrote, as secrets hang on it. */
  async branchesOf(appId: string, sha: string): Promise<string[]> {
    const query = this.db.selectFrom("pushes").selectAll();
    const rows = await query.where("app_id", "=", appId).where("sha", "=", sha).execute();
    const ours = rows.filter((row) => this.signatures.fault("push", row, row.signature) === undefined);
    return [...new Set(ours.map(({ branch }) => branch))];
  }

  /** Newest first; only those with a smaller id than `before`. */
  list(appId: string, limit: number, before: number | undefined): Promise<Push[]> {
    let query = this.db.selectFrom("pushes").selectAll().where("app_id", "=", appId);
    if (before !== undefined) query = query.where("id", "<", before);
    return query.orderBy("id", "desc").limit(limit).execute();
  }

  /** The builds that these pushes began. */
  buildsOf(pushIds: readonly number[]): Promise<Pick<Selectable<BuildRow>, "id" | "push_id" | "automation_id">[]> {
    if (pushIds.length === 0) return Promise.resolve([]);
    const columns = ["id", "push_id", "automation_id"] as const;
    return this.db.selectFrom("builds").select(columns).where("push_id", "in", pushIds).orderBy("id").execute();
  }

  /** Builds that earlier pushes to the branch began for the same automation (or for none) and that have not ended. */
  async olderBuilds(push: Push, automationId: string | undefined): Promise<number[]> {
    const rows = await this.db
      .selectFrom("builds")
      .select(["id", "state"])
      .where("app_id", "=", push.app_id)
      .where("branch", "=", push.branch)
      .where("push_id", "<", push.id)
      .where("automation_id", automationId === undefined ? "is" : "=", automationId ?? null)
      .where("state", "not in", ["success", "failed", "canceled"])
      .where("cancel_requested", "=", 0)
      .execute();
    return rows.filter(({ state }) => !isTerminal(state)).map(({ id }) => id);
  }

  /** Replaces what the webhooks of an app are signed with. `seal` is called inside the transaction. */
  async setSecret(
    app: Selectable<AppRow>,
    seal: () => Uint8Array,
    author: Pick<Happening, "actor" | "at">,
  ): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      await tx.updateTable("apps").set({ push_secret: seal() }).where("id", "=", app.id).execute();
      const detail = app.push_secret === null ? "added a push secret" : "replaced the push secret";
      const { account_id: account, name } = app;
      await record(tx, { ...author, account, action: "written", kind: "app", name, detail });
    });
  }

  private async insert(tx: Transaction<Tables>, appId: string, push: NewPush): Promise<Push> {
    await recordPush(tx, appId, push);
    const row = { ...push, app_id: appId };
    const signature = this.signatures.of("push", row);
    return tx
      .insertInto("pushes")
      .values({ ...row, signature })
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}

async function recordPush(tx: Transaction<Tables>, appId: string, push: NewPush): Promise<void> {
  const app = await tx.selectFrom("apps").select(["name", "account_id"]).where("id", "=", appId).executeTakeFirst();
  const { at, branch, sha, before_sha: before, source } = push;
  const moved = sha === "" ? "deleted" : `${before === "" ? "new" : before.slice(0, 12)} → ${sha.slice(0, 12)}`;
  const of = { actor: push.pushed_by || source, ...(app ? { account: app.account_id } : {}) };
  const detail = `${branch}: ${moved} (${source})`;
  await record(tx, { at, ...of, action: "pushed", kind: "app", name: app?.name ?? "", detail });
}
