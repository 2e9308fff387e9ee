import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { artifactsRow } from "../../bench/artifacts/row.ts";
import { checkoutRow } from "../../bench/checkout/row.ts";
import { postgresClaimsRow } from "../../bench/claims/postgres-row.ts";
import { claimsRow } from "../../bench/claims/sqlite-row.ts";
import { followerRow } from "../../bench/follower/row.ts";
import { logsRow } from "../../bench/logs/row.ts";
import { type Figures, figuresOf, type Row } from "../../bench/row.ts";
import { sqliteTest } from "../../support/controller.ts";
import { postgresTest } from "../../support/postgres.ts";

/** One round of everything that a row measures; answers what each way gave. */
async function oneRound(row: Row): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-bench-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const prepared = await row.prepare(folder);
  onTestFinished(() => prepared[Symbol.asyncDispose]());
  const medians: Record<string, number> = {};
  const figures = new Map<string, Figures>();
  for (const way of prepared.ways) {
    const found = figuresOf(await way.measure(0));
    figures.set(way.name, found);
    medians[way.name] = found.median;
  }
  for (const goal of row.goals) expect([true, false, undefined]).toContain(goal.isReached(figures));
  return medians;
}

const more = expect.any(Number);

sqliteTest("it has its own store", "The claims of SQLite are measured", async () => {
  const sizes = { few: 20, many: 200, limited: 10, builds: 20 };
  expect(Object.keys(await oneRound(claimsRow(sizes)))).toHaveLength(3);
});

postgresTest("The claims of PostgreSQL are measured beside other queues", async () => {
  const names = ["Millwright", "graphile-worker 0.17.3", "pg-boss 10.4.2"];
  expect(Object.keys(await oneRound(postgresClaimsRow({ jobs: 30, depth: 20 })))).toEqual(names);
});

sqliteTest("it has its own store", "A log goes its whole way and is proved by its hash", async () => {
  const medians = await oneRound(logsRow({ mib: 2, processes: false }));
  expect(medians).toMatchObject({ Millwright: more, "a bare pipe to a file": more, "a stream of gRPC": more });
});

sqliteTest("it has its own store", "A follower reads each line", async () => {
  expect(Object.keys(await oneRound(followerRow(5)))).toEqual(["Millwright"]);
});

sqliteTest("it has its own store", "A file of several parts arrives, beside plain requests of HTTP", async () => {
  expect(Object.keys(await oneRound(artifactsRow({ mib: 20, processes: false })))).toHaveLength(3);
});

sqliteTest("it has no store", "The next commit of a small repository is checked out in three ways", async () => {
  const medians = await oneRound(checkoutRow({ files: 60, commits: 15 }));
  expect(medians).toMatchObject({ Millwright: more, "git fetch --depth 1": more, "git clone": more });
});
