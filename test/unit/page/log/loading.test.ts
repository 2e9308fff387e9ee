import { expect, test } from "vitest";
import { LogSearch } from "../../../../src/page/log/log-search.ts";
import { PageCache } from "../../../../src/page/log/page-cache.ts";
import { eventually } from "../../../support/eventually.ts";

const range = (page: number, width = 10) => ({ first: 1, last: 1, from: page * width, to: (page + 1) * width });
const wanted = (...pages: number[]) => pages.map((page) => ({ page, range: range(page) }));

/** Answers each range with a line that names it, after `gate` has opened. */
function cacheOver(size = 10, gate: Promise<unknown> = Promise.resolve()) {
  const asked: number[] = [];
  const aborted: number[] = [];
  async function* read(from: number, _to: number, signal: AbortSignal) {
    asked.push(from);
    await gate;
    if (signal.aborted) {
      aborted.push(from);
      throw new Error("aborted");
    }
    yield new TextEncoder().encode(`page at ${from}\n${"x".repeat(size)}`);
  }
  let changes = 0;
  const cache = new PageCache(read, () => {
    changes += 1;
  });
  return { cache, asked, aborted, changes: () => changes };
}

test("pages that are wanted are loaded once", async () => {
  const { cache, asked, changes } = cacheOver();
  cache.want(wanted(1, 2));
  cache.want(wanted(1, 2));
  await eventually("both are there", () => changes() === 2);
  cache.want(wanted(1, 2));
  expect(cache.line(1, 0)?.text).toBe("page at 10");
  expect(cache.line(3, 0)).toBeUndefined();
  expect(asked).toEqual([10, 20]);
});

test("what is no longer wanted is given up", async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { cache, aborted } = cacheOver(10, gate);
  cache.want(wanted(1, 2));
  cache.want(wanted(2));
  open();
  await eventually("the other is there", () => cache.line(2, 0));
  expect(aborted).toEqual([10]);
  expect(cache.line(1, 0)).toBeUndefined();
});

test("a page that has grown is loaded again, but not all the time", async () => {
  const { cache, asked, changes } = cacheOver();
  cache.want(wanted(0));
  await eventually("it is there", () => changes() === 1);
  const grown = [{ page: 0, range: { ...range(0), to: 15 } }];
  for (let frame = 0; frame < 60; frame += 1) cache.want(grown);
  expect(asked).toEqual([0]);
  await eventually("it is time", () => changes() === 2);
  cache.want(grown);
  await eventually("it is there again", () => changes() === 3);
  cache.want(grown);
  expect(asked).toEqual([0, 0]);
});

test("however many pages are looked at, only so much is kept: the oldest go", async () => {
  const { cache, changes } = cacheOver(9_000);
  const lines = Array.from({ length: 30 }, (_, index) => index);
  async function* read(from: number) {
    yield new TextEncoder().encode(`${from}\n${"x".repeat(9_000)}\n`.repeat(100));
  }
  const large = new PageCache(read, () => {});
  for (const page of lines) {
    large.want(wanted(page));
    await eventually("it is there", () => large.line(page, 0));
  }
  expect(large.line(29, 0)?.text).toBe("290");
  expect(large.line(0, 0)).toBeUndefined();
  expect(lines.filter((page) => large.line(page, 0)).length).toBeLessThan(15);
  expect([cache.busy, changes()]).toEqual([false, 0]);
});

test("after a failure it is told when to ask again", async () => {
  let failures = 1;
  async function* read() {
    if (failures-- > 0) throw new Error("the controller is away");
    yield new TextEncoder().encode("there\n");
  }
  const cache: PageCache = new PageCache(read, () => cache.want(wanted(0)));
  cache.want(wanted(0));
  await eventually("it is there", () => cache.line(0, 0)?.text === "there");
});

test("a search goes on until all was looked at, and can be stopped", async () => {
  const answers = [
    {
      matches: [
        { line: 1, at: 0 },
        { line: 5, at: 9 },
      ],
      next: 20,
    },
    {
      matches: [
        { line: 5, at: 9 },
        { line: 9, at: 30 },
      ],
    },
  ];
  const froms: number[] = [];
  const search = new LogSearch("x");
  await search.run(
    async (_q, from) => {
      froms.push(from);
      return answers.shift() ?? { matches: [] };
    },
    () => {},
  );
  expect([search.lines, froms, search.state]).toEqual([[1, 5, 9], [0, 20], "done"]);
  expect([search.placeFrom(2), search.placeFrom(9), search.placeFrom(10)]).toEqual([1, 2, 0]);

  const failing = new LogSearch("x");
  await failing.run(
    () => Promise.reject(new Error("away")),
    () => {},
  );
  expect(failing.state).toBe("failed");

  const stopped = new LogSearch("x");
  stopped.stop();
  let changes = 0;
  await stopped.run(
    () => Promise.reject(new Error("aborted")),
    () => {
      changes += 1;
    },
  );
  expect(changes).toBe(0);
});
