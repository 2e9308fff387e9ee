import { expect } from "vitest";
import type { ChainPage } from "../../../src/protocol/audit-chain.ts";
import { ChainCheck } from "../../../src/protocol/audit-check.ts";
import type { TestController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { postgresTest, usePostgres } from "../../support/postgres.ts";
import { Replicas } from "../../support/replicas.ts";
import { runCli } from "../cli/run-cli.ts";

const postgres = usePostgres();

async function verify({ httpUrl, adminToken }: TestController, ...words: string[]) {
  const environment = { MILLWRIGHT_URL: httpUrl, MILLWRIGHT_TOKEN: adminToken };
  const { exitCode, stdout, stderr } = await runCli(["audit", "verify", "--json", ...words], { environment });
  if (stdout === "") throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as { head: string; broken?: { seq: number; fault: string } }) };
}

async function chainOf(controller: TestController): Promise<ChainPage> {
  return (await controller.api("GET", "/audit/chain?limit=5000")).body;
}

postgresTest("three controllers that write at once make one chain, without gaps and without forks", async () => {
  const replicas = await Replicas.on(postgres, { auditSealMs: 30 });
  const all = await replicas.startAll(3);
  const [first] = all as [TestController];
  await first.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const answers = await Promise.all(
    Array.from({ length: 90 }, (_, n) => {
      const { api } = all[n % 3] as TestController;
      if (n % 2 === 0) return api("PUT", `/environments/env-${n}`, { variables: { N: `${n}` } });
      return api("POST", "/apps/demo/builds", { kind: "deploy", commit: "main" });
    }),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
  await eventually("all is chained", async () => (await chainOf(first)).unchained.count === 0);
  for (const controller of all) {
    const { entries, head } = await chainOf(controller);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 91 }, (_, index) => index + 1));
    const check = new ChainCheck();
    expect([check.take(entries) && check.end(), head]).toEqual([true, check.last]);
    expect(await verify(controller)).toMatchObject({ exitCode: 0, entries: 91 });
  }
});

postgresTest(
  "what is changed in PostgreSQL is found: a field, a row that is gone, an end that was cut off",
  async () => {
    const replicas = await Replicas.on(postgres, { auditSealMs: 30 });
    const controller = await replicas.start();
    for (let n = 1; n <= 8; n += 1) await controller.api("PUT", `/environments/env-${n}`, { variables: {} });
    await eventually("all is chained", async () => (await chainOf(controller)).anchor?.seq === 8);
    const { head } = await verify(controller);
    const offline = await runCli(["audit", "verify", "--json", "--store", replicas.store, "--head", head]);
    expect([offline.exitCode, JSON.parse(offline.stdout)]).toMatchObject([0, { entries: 8, head }]);

    const asked = async (statement: string, undo: string) => {
      await postgres.query(replicas.store, statement);
      const found = await verify(controller);
      await postgres.query(replicas.store, undo);
      return [found.exitCode, found.broken?.seq, found.broken?.fault];
    };
    await postgres.query(replicas.store, "create table kept as select * from audit");
    const back = "delete from audit; insert into audit select * from kept";
    expect(await asked("update audit set actor = 'nobody' where seq = 3", back)).toEqual([1, 3, "changed"]);
    expect(await asked("delete from audit where seq = 4", back)).toEqual([1, 4, "removed"]);
    expect(await asked("delete from audit where seq > 5", back)).toEqual([1, 6, "removed"]);
    expect(await verify(controller)).toMatchObject({ exitCode: 0, head });
  },
);

postgresTest("entries that no controller chains any more are told, with their age", async () => {
  const replicas = await Replicas.on(postgres);
  const controller = await replicas.start();
  await controller.api("PUT", "/environments/env-1", { variables: {} });
  await controller.close();
  const old = "insert into audit (at, actor, action, kind, name, detail) values (1000, 'x', 'written', 'app', 'x', '')";
  await postgres.query(replicas.store, old);
  const { exitCode, stdout } = await runCli(["audit", "verify", "--json", "--store", replicas.store]);
  const told = { whole: false, entries: 1, unchained: 1, failure: { code: "AUDIT_UNCHAINED" } };
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, told]);
});
