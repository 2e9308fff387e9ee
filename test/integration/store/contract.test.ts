import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { openPostgres } from "../../../src/controller/store/postgres.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore, type Store } from "../../../src/controller/store/store.ts";
import type { Tables } from "../../../src/controller/store/tables.ts";
import { inTransaction } from "../../../src/controller/store/transaction.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";

const postgres = usePostgres();

/** Two controllers' views of one store; of SQLite there is one. */
type Open = () => Promise<Kysely<Tables>[]>;

const onSqlite: Open = async () => [await openSqlite(temporaryFolder())];
const onPostgres: Open = async () => {
  const url = await postgres.database();
  return Promise.all([openPostgres(url), openPostgres(url)]);
};

/** The same on both stores. */
function onBoth(title: string, run: (stores: Store[], dbs: Kysely<Tables>[]) => Promise<void>): void {
  const on = (open: Open) => async () => {
    const dbs = await open();
    onTestFinished(async () => {
      for (const db of dbs) await db.destroy();
    });
    await run(
      dbs.map((db) => createStore(db, systemClock)),
      dbs,
    );
  };
  test(`SQLite: ${title}`, on(onSqlite));
  postgresTest(`PostgreSQL: ${title}`, on(onPostgres));
}

const BY = { actor: "test", at: 1 };
const NO_BUILD = { lease_id: null, cancel_requested: 0, failure: null, started_at: null, finished_at: null };
const REQUEST = {
  ...{
    app_id: "a1",
    platform: "android",
    kind: "package",
    build_type: "debug",
    package_type: null,
    commit_ref: "main",
  },
  ...{ commit_sha: null, target_platform: null, environment: null, native_config: null, security_profile: null },
  ...{ build_file_name: null, created_at: 1, ...NO_BUILD },
};
const APP = {
  id: "a1",
  account_id: "default",
  name: "shop",
  git_url: "",
  subfolder: "",
  git_username: "",
  created_at: 1,
};

const asker = (agentId: string) => ({
  ...{ agentId, sessionEpoch: 1, slots: 1, freeSlots: 1, platforms: ["android"], meets: () => true },
});

const each = (stores: Store[], n: number) => stores[n % stores.length] as Store;

onBoth("what many add to one number at once is all there", async (_, dbs) => {
  await dbs[0]?.insertInto("turns").values({ platform: "p", account_id: "a", last: 0 }).execute();
  const add = (db: Kysely<Tables>) =>
    inTransaction(db, async (tx) => {
      const { last } = await tx
        .selectFrom("turns")
        .select("last")
        .where("platform", "=", "p")
        .executeTakeFirstOrThrow();
      await tx
        .updateTable("turns")
        .set({ last: last + 1 })
        .where("platform", "=", "p")
        .execute();
    });
  await Promise.all(Array.from({ length: 40 }, (__, n) => add(dbs[n % dbs.length] as Kysely<Tables>)));
  expect(await dbs[0]?.selectFrom("turns").select("last").execute()).toEqual([{ last: 40 }]);
});

onBoth(
  "of many who take a name at once one gets it, and an account keeps one of two admins who go at once",
  async (stores) => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        each(stores, n).accounts.create({ id: `t${n}`, name: "team", concurrency_limit: null, created_at: 1 }, BY),
      ),
    );
    expect(made.filter((each) => each)).toHaveLength(1);
    const [account] = (await each(stores, 0).accounts.list("all")).filter(({ name }) => name === "team");
    if (!account) throw new Error("there is no account");
    const users = await Promise.all(
      ["a@x", "b@x"].map((email) =>
        each(stores, 0).users.create({ email, name: "", password_hash: null, operator: 0, created_at: 1 }, BY),
      ),
    );
    for (const user of users) if (user) await each(stores, 0).members.put(account, user, "admin", BY);
    const left = await Promise.all(
      users.flatMap((user, n) => (user ? [each(stores, n).members.remove(account, user, BY)] : [])),
    );
    expect(left.filter((each) => each === "last admin")).toHaveLength(1);
  },
);

onBoth("builds asked for and claimed at once are each given out once, and never above a limit", async (stores) => {
  const store = each(stores, 0);
  await store.apps.create(APP, () => null, BY);
  const account = await store.accounts.find("default");
  if (account) await store.accounts.update(account, { concurrency_limit: 7 }, BY);
  const ask = (n: number) => each(stores, n).builds.create(REQUEST);
  const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
  expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  const claimed = await Promise.all(Array.from({ length: 60 }, (_, n) => each(stores, n).leases.claim(asker(`g${n}`))));
  expect(
    claimed
      .flat()
      .map(({ buildId }) => buildId)
      .sort((a, b) => a - b),
  ).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await store.builds.live("default")).toHaveLength(7);
  expect((await store.builds.list({ accounts: "all", status: "pending", limit: 50 })).map(({ id }) => id).at(-1)).toBe(
    8,
  );
});

onBoth("a content isn't removed while an attempt begins to send the same", async (stores) => {
  const store = each(stores, 0);
  await store.apps.create(APP, () => null, BY);
  await store.builds.create(REQUEST);
  const [lease] = await store.leases.claim(asker("g1"));
  if (!lease) throw new Error("nothing was given out");
  const holder = { leaseId: lease.leaseId, fence: lease.fence };
  const sha256 = createHash("sha256").update("x").digest("hex");
  const declaration = { build_id: 1, lease_id: lease.leaseId, name: "a", kind: "apk", size: 1, sha256, metadata: "{}" };
  const order: string[] = [];
  let begin: () => void = () => {};
  const removing = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const dropped = store.retention.dropContent(sha256, async () => {
    begin();
    await new Promise((resolve) => setTimeout(resolve, 200)); // a removal that takes its time
    order.push("removed");
  });
  await removing;
  const declared = each(stores, 1)
    .artifacts.declare(holder, declaration)
    .then(() => order.push("declared"));
  expect(await dropped).toBe("removed");
  await declared;
  expect(order).toEqual(["removed", "declared"]);
  expect(await store.retention.dropContent(sha256, async () => {})).toBe("later");
});

onBoth("bytes, numbers, empty texts and odd characters come back as they were", async (stores, dbs) => {
  const store = each(stores, 0);
  const bytes = Buffer.from([0, 1, 0xff, 0x80]);
  const odd = "ä 🙂 \u2028 ' \\ % \u0001";
  await store.apps.create({ ...APP, subfolder: odd, created_at: 2 ** 52 }, () => bytes, BY);
  const app = await each(stores, 1).apps.find("a1");
  expect(app).toMatchObject({ subfolder: odd, git_url: "", created_at: 2 ** 52, keep_logs_days: null });
  expect(Buffer.from(app?.git_password as Uint8Array)).toEqual(bytes);
  const names = ["b", "a", "Z", "ä", "_", "1"];
  for (const name of names) await store.apps.create({ ...APP, id: `x${name}`, name }, () => null, BY);
  expect((await store.apps.list("all")).map(({ name }) => name)).toEqual(["1", "Z", "_", "a", "b", "shop", "ä"]);
  expect(await dbs[0]?.selectFrom("builds").selectAll().where("id", "=", 1).execute()).toEqual([]);
});

postgresTest("1,000 claims at once over three pools of connections give each build out once", async () => {
  const url = await postgres.database();
  const dbs = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
  onTestFinished(async () => {
    for (const db of dbs) await db.destroy();
  });
  const stores = dbs.map((db) => createStore(db, systemClock));
  const store = each(stores, 0);
  await store.apps.create(APP, () => null, BY);
  const account = await store.accounts.find("default");
  if (account) await store.accounts.update(account, { concurrency_limit: 100 }, BY);
  await Promise.all(Array.from({ length: 150 }, (_, n) => each(stores, n).builds.create(REQUEST)));
  const began = performance.now();
  const claim = (n: number) => each(stores, n).leases.claim(asker(`g${n}`));
  const claimed = (await Promise.all(Array.from({ length: 1_000 }, (_, n) => claim(n)))).flat();
  const seconds = (performance.now() - began) / 1_000;
  console.info(`1,000 claims, 100 of them granted, in ${seconds.toFixed(1)} s`);
  const ids = claimed.map(({ buildId }) => buildId).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect(new Set(claimed.map(({ leaseId }) => leaseId)).size).toBe(100);
});
