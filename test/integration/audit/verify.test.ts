import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import type { AuditEntry } from "../../../src/protocol/audit-api.ts";
import { type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { person } from "../../support/people.ts";
import { runCli } from "../cli/run-cli.ts";

interface Verified {
  whole: boolean;
  entries: number;
  from?: string;
  until?: string;
  head: string;
  compared: { anchor?: string; head?: string };
  unchained: number;
  broken?: { seq: number; fault: string; found: string };
  failure?: { code: string };
}

/** The real command, on a controller or on what `words` name. */
async function verify(controller: Pick<TestController, "httpUrl" | "adminToken">, ...words: string[]) {
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const { exitCode, stdout, stderr } = await runCli(["audit", "verify", "--json", ...words], { environment });
  if (stdout === "") throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as Verified) };
}

/** A controller with twelve entries or so; nothing happens on it any more. */
async function grown(data = temporaryFolder()): Promise<TestController> {
  const controller = await testController({ auditSealMs: 20 }, data);
  const { api } = controller;
  await api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  for (let n = 1; n <= 9; n += 1) await api("PUT", `/environments/env-${n}`, { variables: { N: `${n}` } });
  return controller;
}

/** Changes the file as somebody would who gets at it, while the controller runs. */
function change(controller: TestController, ...statements: string[]): void {
  const database = new Database(join(controller.data, "millwright.db"), { timeout: 5000 });
  for (const statement of statements) database.exec(statement);
  database.close();
}

const anchored = (data: string, seq: number) => {
  const file = join(data, "audit.anchor");
  return existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { seq: number }).seq === seq;
};

test("an audit that nobody touched is whole: online, from its file, and against its own head", async () => {
  const controller = await grown();
  await eventually("the anchor is written", () => anchored(controller.data, 10));
  const first = await verify(controller);
  expect(first).toMatchObject({ exitCode: 0, whole: true, entries: 10, unchained: 0 });
  expect(first.compared.anchor).toBe(first.head);
  expect(Date.parse(first.until ?? "") - Date.parse(first.from ?? "")).toBeGreaterThanOrEqual(0);
  await controller.api("DELETE", "/environments/env-1");
  const later = await verify(controller, "--head", first.head);
  expect(later).toMatchObject({ exitCode: 0, entries: 11, compared: { head: first.head } });
  const { entries } = (await controller.api("GET", "/audit?limit=1")).body as { entries: AuditEntry[] };
  expect(`${entries[0]?.seq}:${entries[0]?.hash}`).toBe(later.head);
  const running = await runCli(["audit", "verify", "--data", controller.data]);
  expect(running).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("11 entries follow each other") });
  await controller.close();
  const stopped = await runCli(["audit", "verify", "--data", controller.data, "--json"]);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ whole: true, head: later.head, compared: { anchor: later.head } });
});

const COLUMNS = "at, actor, action, kind, name, detail, account_id";
const MANIPULATIONS: [title: string, fault: RegExp, seq: number, statements: string[]][] = [
  ["one field changed", /^changed$/, 5, ["update audit set actor = 'nobody' where seq = 5"]],
  ["a letter of a detail", /^changed$/, 7, ["update audit set detail = 'Added' where seq = 7"]],
  ["one in the middle removed", /^removed$/, 4, ["delete from audit where seq = 4"]],
  ["the first ones removed", /^removed$/, 1, ["delete from audit where seq <= 3"]],
  [
    "one removed and the gap closed",
    /^removed$/,
    4,
    [
      "delete from audit where seq = 4",
      "update audit set seq = -seq where seq > 4",
      "update audit set seq = -seq - 1 where seq < 0",
    ],
  ],
  [
    "two swapped",
    /^(reordered|removed)$/,
    4,
    [
      "update audit set seq = -4 where seq = 4",
      "update audit set seq = 4 where seq = 5",
      "update audit set seq = 5 where seq = -4",
    ],
  ],
  [
    "one put in between",
    /^inserted$/,
    5,
    [
      "update audit set seq = -seq where seq > 4",
      "update audit set seq = -seq + 1 where seq < 0",
      `insert into audit (${COLUMNS}, seq, prev_hash, hash) select ${COLUMNS}, 5, hash, hash from audit where seq = 4`,
    ],
  ],
  ["the end cut off", /^removed$/, 9, ["delete from audit where seq > 8"]],
  ["all of it removed", /^removed$/, 1, ["delete from audit"]],
];

test.each(MANIPULATIONS)(
  "%s in the store's file: found, with the number of the entry",
  async (_, fault, seq, statements) => {
    const controller = await grown();
    const before = await verify(controller);
    await eventually("the anchor is written", () => anchored(controller.data, 10));
    change(controller, ...statements);
    const found = await verify(controller);
    expect(found).toMatchObject({ exitCode: 1, whole: false, broken: { seq, fault: expect.stringMatching(fault) } });
    expect(found.failure?.code).toBe("AUDIT_BROKEN");
    // The anchor of the controller is gone too: what a person wrote down is enough.
    rmSync(join(controller.data, "audit.anchor"));
    await controller.close();
    rmSync(join(controller.data, "audit.anchor"), { force: true });
    const offline = await runCli(["audit", "verify", "--json", "--data", controller.data, "--head", before.head]);
    expect([offline.exitCode, JSON.parse(offline.stdout)]).toMatchObject([1, { broken: { seq } }]);
  },
);

test("a whole chain that was made anew is found by the anchor, and by a head that was kept", async () => {
  const controller = await grown();
  const { head } = await verify(controller);
  await eventually("the anchor is written", () => anchored(controller.data, 10));
  await controller.close();
  change(
    controller,
    "update audit set detail = 'never happened' where seq = 5",
    "update audit set seq = null, prev_hash = null, hash = null",
  );
  // The first new entry lets the controller chain all of them.
  const again = await testController({ auditSealMs: 20 }, controller.data);
  await again.api("DELETE", "/environments/env-9");
  expect(await verify(again)).toMatchObject({ exitCode: 1, broken: { seq: 10, fault: "replaced" } });
  expect(await verify(again, "--head", head)).toMatchObject({ exitCode: 1, broken: { seq: 10, fault: "replaced" } });
  const metrics = async () => (await fetch(`${again.httpUrl}/metrics`, bearer(again))).text();
  await eventually("the metric says so", async () => /^millwright_controller_audit_broken 1$/m.test(await metrics()));
  expect(anchored(again.data, 10)).toBe(true); // it doesn't move on over what doesn't follow from it
});

test("only operators follow the chain, and what --head must be is told", async () => {
  const controller = await grown();
  const anna = await person(controller, "anna@example.com", { default: "admin" });
  expect((await anna.api("GET", "/audit/chain")).status).toBe(403);
  const environment = { MILLWRIGHT_URL: controller.httpUrl, MILLWRIGHT_TOKEN: controller.adminToken };
  const refused = await runCli(["audit", "verify", "--head", "12"], { environment });
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("NUMBER:HASH") });
  const nowhere = await runCli(["audit", "verify", "--data", temporaryFolder()]);
  expect(nowhere).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("AUDIT_UNREADABLE") });
  expect(await verify(controller)).toMatchObject({ exitCode: 0 });
});

function bearer({ adminToken }: TestController): RequestInit {
  return { headers: { authorization: `Bearer ${adminToken}` } };
}
