import { expect, test } from "vitest";
import { LogOutlines } from "../../../../src/controller/logs/log-outlines.ts";
import type { LogReader } from "../../../../src/controller/logs/log-reader.ts";
import type { Store } from "../../../../src/controller/store/store.ts";

interface Attempt {
  log: string;
  /** Step ids with their titles. */
  steps: [string, string][];
}

/** Outlines over logs in memory; `read` counts the bytes that were looked at. */
function outlinesOf(attempts: Attempt[]) {
  const read = { bytes: 0 };
  const leases = () => attempts.map(({ log }, id) => ({ id, log_length: Buffer.byteLength(log) }));
  const events = (id: number) =>
    (attempts[id]?.steps ?? []).map(([step, title]) => ({ kind: "step-started", step, title }));
  const store = { leases: { ofBuild: async () => leases() }, builds: { events: async (id: number) => events(id) } };
  async function* pieces(_build: number, from: number) {
    let start = 0;
    for (const { log } of attempts.map(({ log }) => ({ log: Buffer.from(log) }))) {
      const within = Math.max(0, from - start);
      const bytes = log.subarray(within);
      start += log.length;
      if (bytes.length === 0) continue;
      read.bytes += bytes.length;
      yield { bytes, begins: within === 0 };
    }
  }
  const reader = { pieces };
  return { outlines: new LogOutlines(store as unknown as Store, reader as unknown as LogReader), read };
}

const STEPS: [string, string][] = [
  ["fetch", "Fetch"],
  ["install", "Install"],
];

test("several attempts are one log: lines go on, each attempt has its steps, the last one says why it failed", async () => {
  const attempts: Attempt[] = [
    { log: "one\n\n▸ Fetch\n\n▸ Install\nerror: it broke\nhalf a li", steps: STEPS },
    { log: "\n▸ Fetch\n\n▸ Install\n\n▸ Fetch\nerror: it broke\nend", steps: STEPS },
  ];
  const { outlines } = outlinesOf(attempts);
  const failure = JSON.stringify({ step: "install", detail: "error: it broke" });
  const outline = await outlines.of({ id: 1, failure });
  expect(outline).toMatchObject({ lines: 14, firstError: 13 });
  expect(outline.steps).toEqual([
    { title: "Fetch", line: 3 },
    { title: "Install", line: 5 },
    { title: "Fetch", line: 8 },
    { title: "Install", line: 10 },
  ]);
});

test("what was looked at isn't read again, also when several ask at once, until it is dropped", async () => {
  const attempt: Attempt = { log: "a\n".repeat(5_000), steps: [] };
  const { outlines, read } = outlinesOf([attempt]);
  const build = { id: 1, failure: null };
  const both = await Promise.all([outlines.of(build), outlines.of(build)]);
  expect(both[0]).toEqual(both[1]);
  expect(read.bytes).toBe(10_000);
  attempt.log += "b\nc";
  expect(await outlines.of(build)).toMatchObject({ lines: 5_002, length: 10_003 });
  expect(read.bytes).toBe(10_003);
  outlines.drop(1);
  await outlines.of(build);
  expect(read.bytes).toBe(20_006);
});

test("only so many builds are remembered, those that were asked for last", async () => {
  const { outlines, read } = outlinesOf([{ log: "a\n", steps: [] }]);
  for (let id = 1; id <= 201; id += 1) {
    await outlines.of({ id, failure: null });
    if (id > 1) await outlines.of({ id: 2, failure: null });
  }
  expect(read.bytes).toBe(2 * 201);
  await outlines.of({ id: 2, failure: null });
  expect(read.bytes).toBe(2 * 201);
  await outlines.of({ id: 1, failure: null });
  expect(read.bytes).toBe(2 * 202);
});

test("a log that could not be read is looked at anew", async () => {
  const { outlines } = outlinesOf([{ log: "a\n", steps: [] }]);
  const broken = new LogOutlines(
    { leases: { ofBuild: async () => [] } } as unknown as Store,
    {
      pieces: () => {
        throw new Error("the disk is away");
      },
    } as unknown as LogReader,
  );
  await expect(broken.of({ id: 1, failure: null })).rejects.toThrow("the disk is away");
  await expect(broken.of({ id: 1, failure: null })).rejects.toThrow("the disk is away");
  expect(await outlines.of({ id: 1, failure: null })).toMatchObject({ lines: 1 });
});
