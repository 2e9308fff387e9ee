import { expect, test } from "vitest";
import { atLeast, atMost } from "../../bench/goal.ts";
import { figuresOf } from "../../bench/row.ts";
import { waysOf } from "../../bench/run-row.ts";
import { shown } from "../../bench/table.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);

test("the figures of a way are of its sorted values", () => {
  expect(figuresOf(upTo(100))).toEqual({ median: 51, p95: 96, least: 1, most: 100, count: 100 });
  expect(figuresOf([3, 1, 2])).toEqual({ median: 2, p95: 3, least: 1, most: 3, count: 3 });
  expect(figuresOf([7])).toEqual({ median: 7, p95: 7, least: 7, most: 7, count: 1 });
});

test("a way without values has no figures", () => {
  expect(() => figuresOf([])).toThrow("nothing was measured");
});

test("the ratio is the median of the first way as a share of the other's", () => {
  const ways = waysOf(
    new Map([
      ["ours", [1, 2, 3]],
      ["theirs", [8, 8, 8]],
    ]),
  );
  expect(ways.map((way) => way.ratio)).toEqual([1, 0.25]);
});

test("a goal compares one figure with a limit, or with a multiple of another way's", () => {
  const figures = new Map([
    ["ours", figuresOf([10, 10, 40])],
    ["theirs", figuresOf([100])],
  ]);
  expect(atMost({ says: "", of: "ours", limit: 10 }).isReached(figures)).toBe(true);
  expect(atMost({ says: "", of: "ours", figure: "p95", limit: 10 }).isReached(figures)).toBe(false);
  expect(atMost({ says: "", of: "ours", limit: 0.1, beside: "theirs" }).isReached(figures)).toBe(true);
  expect(atLeast({ says: "", of: "theirs", limit: 11, beside: "ours" }).isReached(figures)).toBe(false);
});

test("a goal whose way is missing is not told", () => {
  const figures = new Map([["ours", figuresOf([10])]]);
  expect(atMost({ says: "", of: "ours", limit: 1, beside: "theirs" }).isReached(figures)).toBeUndefined();
  expect(atLeast({ says: "", of: "theirs", limit: 1 }).isReached(figures)).toBeUndefined();
});

test("figures are shown with three digits that count", () => {
  expect([1234.5, 123.45, 12.345, 1.2345, 0.12345, 0.012345, 0].map(shown)).toEqual([
    "1235",
    "123",
    "12.3",
    "1.23",
    "0.123",
    "0.0123",
    "0",
  ]);
});
