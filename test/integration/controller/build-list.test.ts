import { join } from "node:path";
import { type CompiledQuery, Kysely, SqliteDialect, sql } from "kysely";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { type BuildFilter, BuildStore } from "../../../src/controller/store/build-store.ts";
import type { Wanted } from "../../../src/controller/store/build-strips.ts";
import { QueueOrder } from "../../../src/controller/store/queue-order.ts";
import { RowSignatures } from "../../../src/controller/store/row-signatures.ts";
import { openSqlite } from "../../../src/controller/store/sqlite.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import type { Tables } from "../../../src/controller/store/tables.ts";
import type { Build } from "../../../src/protocol/api.ts";
import { temporaryFolder, testController } from "../../support/controller.ts";
import { person } from "../../support/people.ts";
import { QueueGround, Worker } from "../../support/queue-ground.ts";

const BUILDS = 3_000;

interface Filled {
  db: Kysely<Tables>;
  /** The queries that were made. */
  seen: CompiledQuery[];
}

/** Accounts a, b with a limit of 2, and c, and builds of all kinds, mixed by arithmetic. */
async function filledStore(): Promise<Filled> {
  const folder = temporaryFolder();
  await (await openSqlite(folder)).destroy();
  const seen: CompiledQuery[] = [];
  const dialect = new SqliteDialect({ database: new Database(join(folder, "millwright.db")) });
  const db = new Kysely<Tables>({ dialect, log: ({ query }) => void seen.push(query) });
  onTestFinished(() => db.destroy());
  for (const name of ["a", "b", "c"]) {
    await sql`insert into accounts (id, name, concurrency_limit, created_at)
      values (${name}, ${name}, ${name === "b" ? 2 : null}, 0)`.execute(db);
    await sql`insert into apps (id, account_id, name, git_url, subfolder, git_username, created_at)
      values (${`app-${name}`}, ${name}, ${`app ${name}`}, '', '', '', 0)`.execute(db);
  }
  await sql`
    insert into builds (app_id, account_id, kind, platform, build_type, commit_ref, state, fence, attempt,
      cancel_requested, created_at, branch)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${BUILDS}),
      whose (i, account) as (select i, case i % 5 when 0 then 'b' when 1 then 'c' else 'a' end from n),
      what (i, account, platform) as (
        select i, account, case when i % 211 = 0 then 'ios' when i % 7 = 0 then 'web' else 'android' end from whose)
    select 'app-' || account, account, case platform when 'web' then 'deploy' else 'package' end, platform, 'debug', 'main',
      case when i % 97 = 0 then 'queued' when i % 401 = 0 then 'running' when i % 499 = 0 then 'accepted'
        when i % 13 = 0 then 'failed' when i % 601 = 0 then 'cancelling' when i % 17 = 0 then 'canceled' else 'success' end,
      1, 1, 0, i, case when i % 3 = 0 then 'main' when i % 310 = 1 then 'rare' end
    from what`.execute(db);
  return { db, seen };
}

const SCOPES: Pick<BuildFilter, "accounts" | "appId">[] = [
  { accounts: "all" },
  { accounts: ["a", "b"] },
  { accounts: ["b"], appId: "app-b" },
  { accounts: [] },
];
const STATUSES = ["pending", "queued", "running", "success", "failed", "canceled"] as const;
const FILTERS: Omit<Wanted, "accounts" | "appId">[] = [
  {},
  ...STATUSES.map((status) => ({ status })),
  { platform: "ios" },
  { kind: "deploy" },
  { kind: "package" },
  { kind: "deploy", platform: "android" },
  { branch: "main" },
  { branch: "rare" },
  { branch: "main", status: "failed", platform: "android" },
  { platform: "web", status: "queued" },
];

test("each filter answers exactly the builds that it describes, page by page, for every scope", async () => {
  const { db } = await filledStore();
  const store = new BuildStore(db, new QueueOrder(db), new RowSignatures());
  const everything = await store.among(
    Array.from({ length: BUILDS }, (_, index) => index + 1),
    "all",
  );
  expect(new Set(everything.map(({ status }) => status))).toEqual(new Set(STATUSES));
  for (const scope of SCOPES)
    for (const filter of FILTERS) {
      const wanted = everything.filter(
        (row) =>
          (scope.accounts === "all" || scope.accounts.includes(row.account_id)) &&
          (scope.appId === undefined || row.app_id === scope.appId) &&
          (["status", "platform", "kind", "branch"] as const).every(
            (name) => filter[name] === undefined || row[name] === filter[name],
          ),
      );
      const title = JSON.stringify({ ...scope, ...filter });
      const listed: number[] = [];
      for (let before: number | undefined; ; before = listed.at(-1)) {
        const page = { ...scope, ...filter, limit: 700, ...(before === undefined ? {} : { before }) };
        const rows = await store.list(page as BuildFilter);
        listed.push(...rows.map(({ id }) => id));
        if (rows.length < 700) break;
      }
      expect([title, listed]).toEqual([title, wanted.map(({ id }) => id)]);
    }
});

/** How the store finds the builds of each query that `act` makes. */
async function plansOf({ db, seen }: Filled, act: () => Promise<unknown>): Promise<string[]> {
  seen.length = 0;
  await act();
  const plans: string[] = [];
  for (const query of [...seen]) {
    const plan = await db.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    plans.push(...plan.rows.map(({ detail }) => detail).filter((detail) => /builds|TEMP/.test(detail)));
  }
  return plans;
}

const FOUND = /^SEARCH builds USING (?:COVERING INDEX builds_|INTEGER PRIMARY KEY)/;
/** The rows of a page by their numbers, and of those accounts only. */
const ROWS = "SEARCH builds USING INDEX builds_by_account (account_id=? AND id=? AND rowid=?)";
const LIVE = "SCAN builds USING COVERING INDEX builds_live"; // holds only those that run
const ALL = "SCAN builds"; // from the end on, as many as are shown

test("no list reads builds that it doesn't show: an index has them in their order, whatever it is narrowed to", async () => {
  const filled = await filledStore();
  const store = new BuildStore(filled.db, new QueueOrder(filled.db), new RowSignatures());
  for (const scope of SCOPES)
    for (const filter of FILTERS)
      for (const before of [undefined, 2_000]) {
        const page = { ...scope, ...filter, limit: 51, ...(before === undefined ? {} : { before }) };
        const plans = await plansOf(filled, () => store.list(page as BuildFilter));
        const isWhole = scope.accounts === "all" && Object.keys(filter).length === 0;
        const bad = plans.filter(
          (plan) => !FOUND.test(plan) && plan !== ROWS && plan !== LIVE && !(isWhole && plan === ALL),
        );
        expect(bad, JSON.stringify(page)).toEqual([]);
        expect(plans.length > 0 || page.accounts.length === 0 || filter.kind === "deploy").toBe(true);
      }
});

test("limits look at those builds only that run or wait", async () => {
  const filled = await filledStore();
  const { builds } = createStore(filled.db, systemClock);
  expect(await plansOf(filled, () => builds.heldBack("all"))).toEqual([
    LIVE,
    "SEARCH builds USING COVERING INDEX builds_waiting (account_id=?)",
  ]);
  expect(await plansOf(filled, () => builds.live("a"))).toEqual([
    "SEARCH builds USING COVERING INDEX builds_live (account_id=?)",
  ]);
});

test("a list tells who asked, and the agent of each build that one took", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till", "stand");
  const anna = await person(controller, "anna@example.com", { shop: "developer" });
  const worker = await new Worker(controller, 2).open("tux");
  const [first, second] = [await ground.ask("till"), await ground.ask("stand", { kind: "deploy", platform: "" })];
  expect(await worker.work()).toEqual([first, second]);
  const third = await ground.ask("till");
  const list = async (query: string) => {
    const { status, body } = await anna.api("GET", `/builds${query}`);
    expect([query, status]).toEqual([query, 200]);
    return (body as { builds: Build[] }).builds;
  };
  expect((await list("")).map(({ id, agent }) => [id, agent])).toEqual([
    [third, undefined],
    [second, "tux"],
    [first, "tux"],
  ]);
  expect((await list("?kind=deploy")).map(({ id }) => id)).toEqual([second]);
  expect((await list("?app=till&status=running")).map(({ id }) => id)).toEqual([first]);
  expect(await list("?branch=main")).toEqual([]);
  expect((await list("?account=shop&app=till")).map(({ id }) => id)).toEqual([third, first]);
  expect((await anna.api("GET", "/builds?kind=other")).status).toBe(400);
  const elsewhere = await controller.api("GET", "/builds?account=default&app=till");
  expect(elsewhere.body).toEqual({ builds: [] });
});
