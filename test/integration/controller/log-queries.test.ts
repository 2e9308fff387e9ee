import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/time/clock.ts";
import { logKey } from "../../../src/controller/blobs/blobs.ts";
import { createStore } from "../../../src/controller/store/store.ts";
import type { LogMatches, LogOutline } from "../../../src/protocol/page-api.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { agentWithApp, begunBuild, finishedBuild } from "../../support/finished-build.ts";
import { refusal } from "./refusal.ts";

const outlineOf = async (controller: TestController, id: number) =>
  (await controller.api("GET", `/builds/${id}/log/outline`)).body as LogOutline;

async function search(controller: TestController, id: number, query: Record<string, string | number>) {
  const answer = await controller.api("GET", `/builds/${id}/log/search?${new URLSearchParams(query as never)}`);
  expect(answer.status).toBe(200);
  return answer.body as LogMatches;
}

/** All matches, however many requests it takes. */
async function searchAll(controller: TestController, id: number, q: string, most: number) {
  const lines: number[] = [];
  let from: number | undefined = 0;
  for (let asked = 0; from !== undefined; asked += 1) {
    expect(asked).toBeLessThan(1_000);
    const found: LogMatches = await search(controller, id, { q, from, most });
    lines.push(...found.matches.map(({ line }) => line));
    from = found.next;
  }
  return lines;
}

/** A controller with one ended build whose log is what `pieces` gives. */
async function withLargeLog(pieces: () => Iterable<Buffer>): Promise<{ controller: TestController; length: number }> {
  const data = temporaryFolder();
  const before = await testController({}, data);
  const { lease } = await finishedBuild(before, await agentWithApp(before), { log: "x" });
  await before.close();
  const file = join(data, "blobs", logKey(lease.leaseId));
  mkdirSync(dirname(file), { recursive: true });
  const out = createWriteStream(file);
  await pipeline(Readable.from(pieces()), out);
  const database = await openStoreOf(data);
  await database
    .updateTable("leases")
    .set({ log_length: out.bytesWritten, log_blob: logKey(lease.leaseId) })
    .execute();
  await createStore(database, systemClock).close();
  return { controller: await testController({}, data), length: out.bytesWritten };
}

test("a log is given from a byte on, and at most so many", async () => {
  const controller = await testController();
  const { id } = await finishedBuild(controller, await agentWithApp(controller), { log: "0123456789" });
  const part = async (query: string) => (await controller.api("GET", `/builds/${id}/log?${query}`)).body;
  expect(await part("from=2&most=3")).toBe("234");
  expect(await part("most=1")).toBe("0");
  expect(await part("from=8&most=100")).toBe("89");
  expect(await part("from=10&most=1")).toBe("");
  for (const wrong of ["most=0", "most=x", "most=2&follow=1", "from=-1", "much=1"]) {
    const refused = await refusal(controller, "GET", `/builds/${id}/log?${wrong}`);
    expect(refused, wrong).toMatchObject({ code: "REQUEST_INVALID" });
  }
});

test("the outline grows with the log, and knows the steps that events tell", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id, lease, jobToken } = await begunBuild(controller, agent);
  expect(await outlineOf(controller, id)).toEqual({ length: 0, lines: 0, every: 1000, marks: [], steps: [] });
  const texts = ["banner\n\n▸ Fetch\n\n▸ Forg", "ed\nhalf", " a line\n", "more\n".repeat(2_000)];
  let length = 0;
  for (const text of texts) {
    await agent.append(lease, jobToken, length, text);
    length += Buffer.byteLength(text);
    const outline = await outlineOf(controller, id);
    expect(outline).toMatchObject({ length, steps: [{ title: "Fetch", line: 3 }] });
  }
  const log = texts.join("");
  const { lines, marks } = await outlineOf(controller, id);
  expect(lines).toBe(2_006);
  expect(marks).toEqual(
    [0, 1, 2].map((k) =>
      Buffer.byteLength(
        log
          .split("\n")
          .slice(0, k * 1000)
          .map((line) => `${line}\n`)
          .join(""),
      ),
    ),
  );
  expect(await searchAll(controller, id, "HALF A", 1)).toEqual([6]);
});

test("the outline of a build that failed names the line that says why", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const { id, lease, jobToken } = await begunBuild(controller, agent);
  const log =
    "error: harmless\n\n▸ Fetch\nwell\n\x1b[31merr\x1b[0mor: it broke\nmore\n✗ failed after 1 s\n\n    error: it broke\n";
  await agent.append(lease, jobToken, 0, log);
  expect((await outlineOf(controller, id)).firstError).toBeUndefined();
  const words = { code: "INSTALL_FAILED", blame: "user", what: "It failed.", why: "w", next: "n" };
  const failure = Buffer.from(JSON.stringify({ ...words, step: "fetch", detail: "error: it broke" }));
  await agent.complete(lease, jobToken, log, { outcome: "failed", failure });
  expect(await outlineOf(controller, id)).toMatchObject({ firstError: 5, lines: 9 });
});

test("a log of 50 MB is outlined and searched quickly, and others are answered meanwhile", async () => {
  function* pieces() {
    for (let line = 1; line <= 500_000; line += 1_000) {
      const lines = Array.from(
        { length: 1_000 },
        (_, index) => `${line + index} ${"> Task :app:compileX ".repeat(4)}\x1b[32mok\x1b[0m\n`,
      );
      yield Buffer.from(lines.join(""));
    }
    yield Buffer.from("a nee\x1b[1mDLE\n");
  }
  const { controller, length } = await withLargeLog(pieces);
  expect(length).toBeGreaterThan(50e6);
  const started = performance.now();
  const asked = outlineOf(controller, 1);
  const health = await fetch(`${controller.httpUrl}/healthz`);
  const healthMs = performance.now() - started;
  const outline = await asked;
  const outlineMs = performance.now() - started;
  expect(health.status).toBe(200);
  expect(outline).toMatchObject({ length, lines: 500_001, steps: [] });
  expect(outline.marks).toHaveLength(501);
  // Generous: other tests run at the same time. A log that is read line by line takes seconds.
  expect(outlineMs).toBeLessThan(1_500);
  expect(healthMs).toBeLessThan(outlineMs);
  const again = performance.now();
  await outlineOf(controller, 1);
  expect(performance.now() - again).toBeLessThan(100);
  expect(await searchAll(controller, 1, "needle", 500)).toEqual([500_001]);
  expect(await searchAll(controller, 1, "123456 ", 1)).toEqual([123_456]);
  const { matches, next } = await search(controller, 1, { q: "TASK", most: 2_000 });
  expect(matches).toHaveLength(2_000);
  expect(next).toBe(outline.marks[2]);
  expect((await search(controller, 1, { q: "task", from: next ?? 0, most: 1 })).matches[0]?.line).toBe(2_001);
});

test("a line of 100 MB is searched piece by piece", async () => {
  function* pieces() {
    yield Buffer.from("first\n");
    for (let count = 0; count < 100; count += 1) yield Buffer.alloc(2 ** 20, "x");
    yield Buffer.from("needle needle\nneedle");
  }
  const { controller } = await withLargeLog(pieces);
  const started = await search(controller, 1, { q: "needle" });
  expect(started.next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(6);
  expect(await searchAll(controller, 1, "needle", 500)).toEqual([2, 3]);
  expect(await outlineOf(controller, 1)).toMatchObject({ lines: 3, marks: [0] });
});

test("of a log that was kept long enough nothing is told", async () => {
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => systemClock.monotonic() };
  const controller = await testController({ retentionMs: 20 }, undefined, undefined, { clock });
  const { id } = await finishedBuild(controller, await agentWithApp(controller), { log: "x\n" });
  expect(await outlineOf(controller, id)).toMatchObject({ lines: 1 });
  aheadMs = 400 * 86_400_000;
  await eventually("its log is removed", async () => (await controller.build(id)).logRemovedAt);
  for (const path of ["outline", "search?q=x"]) {
    const refused = await refusal(controller, "GET", `/builds/${id}/log/${path}`);
    expect(refused).toMatchObject({ status: 410, code: "LOG_REMOVED" });
  }
});

test("a search says what it doesn't take", async () => {
  const controller = await testController();
  const { id } = await finishedBuild(controller, await agentWithApp(controller), { log: "x\n" });
  for (const wrong of ["", "q=", "q=a%0Ab", `q=${"x".repeat(201)}`, "q=x&most=2001", "q=x&most=0", "q=x&from=-1"]) {
    const refused = await refusal(controller, "GET", `/builds/${id}/log/search?${wrong}`);
    expect(refused, wrong).toMatchObject({ code: "REQUEST_INVALID" });
  }
  expect(await search(controller, id, { q: "x", from: 1_000 })).toEqual({ matches: [] });
});
