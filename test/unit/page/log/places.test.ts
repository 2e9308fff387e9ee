import { expect, test } from "vitest";
import { Folding } from "../../../../src/page/log/folding.ts";
import { extended, hashOfLines, linesOfHash } from "../../../../src/page/log/line-links.ts";
import { LogIndex } from "../../../../src/page/log/log-index.ts";
import { actionOf } from "../../../../src/page/log/log-keys.ts";
import { MOST_PIXELS, ScrollScale } from "../../../../src/page/log/scroll-scale.ts";
import { foldedAtFirst, stepRows } from "../../../../src/page/log/step-rows.ts";
import { Tail } from "../../../../src/page/log/tail.ts";
import type { BuildStep } from "../../../../src/protocol/api.ts";
import type { LogOutline } from "../../../../src/protocol/page-api.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** What the controller would say of this log. */
function outlineOf(log: string, every: number): LogOutline {
  const lines = log === "" ? [] : log.replace(/\n$/, "").split("\n");
  const starts = lines.map((_, index) => lines.slice(0, index).reduce((sum, line) => sum + bytes(line).length + 1, 0));
  const marks = starts.filter((_, index) => index % every === 0);
  return { length: bytes(log).length, lines: lines.length, every, marks, steps: [] };
}

function shape(index: LogIndex) {
  const pages = Array.from({ length: index.pages }, (_, page) => index.page(page));
  return { length: index.length, lines: index.lines, pages };
}

test.each(["", "a", "a\n", "a\nb\nc\n", "a\nb\nc", "a\nb\nc\nd\n", "\n\n\n\n\n\n\n", "ä\nö\nü\nß\nx"])(
  "what comes behind the outline of %j is counted as the controller counts it",
  (log) => {
    const more = "\nx\ny\nz\n\nlast";
    const all = bytes(log + more);
    const whole = new LogIndex();
    whole.take(outlineOf(log + more, 3));
    for (const size of [1, 2, 50]) {
      for (const overlap of [0, 1, 3]) {
        const index = new LogIndex();
        index.take(outlineOf(log, 3));
        const start = Math.max(0, bytes(log).length - overlap - 1);
        for (let at = start; at < all.length; at += size) index.append(all.subarray(at, at + size), at);
        expect(shape(index), `${size} ${overlap}`).toEqual(shape(whole));
      }
    }
  },
);

test("bytes behind a gap are not counted, nor an outline that is older", () => {
  const index = new LogIndex();
  index.append(bytes("a\n"), 0);
  index.append(bytes("late\n"), 3);
  index.take(outlineOf("a", 1_000));
  expect(shape(index)).toEqual({ length: 2, lines: 1, pages: [{ first: 1, last: 1, from: 0, to: 2 }] });
});

const texts = (tail: Tail) => tail.lines().map(({ text }) => text);

test("the tail has the lines that begin in it, however they come", () => {
  const log = bytes("half\nwhole\n\nänd\r\nlast");
  for (const size of [1, 2, 5, 100]) {
    const tail = new Tail();
    tail.begin(10);
    for (let at = 0; at < log.length; at += size) {
      tail.push(log.subarray(at, at + size));
      if (at % 3 === 0) tail.lines();
    }
    expect(texts(tail)).toEqual(["whole", "", "änd", "last"]);
    expect(Buffer.concat([...tail.pieces()].map((piece) => piece.bytes)).equals(log)).toBe(true);
  }
});

test("colours hold from one piece to the next", () => {
  const tail = new Tail();
  tail.begin(0);
  for (const text of ["\x1b[31mred\n", "red too\n", "\x1b[0mplain\n", "x"]) {
    tail.push(bytes(text));
    tail.lines();
  }
  expect(tail.lines().map(({ looks }) => looks)).toEqual(["", "\x1b[31m", "\x1b[31m", ""]);
});

test("the tail stays small while a log grows fast, and has its last lines", () => {
  for (const piece of ["0123456789abcdef\n".repeat(60_000), "0123456789abcdef\n".repeat(500)]) {
    const tail = new Tail();
    tail.begin(0);
    for (let count = 0; count < 100; count += 1) tail.push(bytes(piece));
    tail.push(bytes("last"));
    expect(tail.end).toBe(piece.length * 100 + 4);
    expect(tail.end - tail.from).toBeLessThan(300_000);
    const lines = texts(tail);
    expect(lines.at(-1)).toBe("last");
    expect(new Set(lines.slice(0, -1))).toEqual(new Set(["0123456789abcdef"]));
  }
});

test("a last line longer than the tail is none that begins in it", () => {
  const tail = new Tail();
  tail.begin(0);
  for (let count = 0; count < 20; count += 1) tail.push(bytes("x".repeat(50_000)));
  expect(tail.lines()).toEqual([]);
  tail.push(bytes("\nnext\n"));
  expect(texts(tail)).toEqual(["next"]);
  tail.begin(0);
  tail.push(bytes("first"));
  expect(texts(tail)).toEqual(["first"]);
});

test("folded steps hide their lines; rows and lines find each other", () => {
  // 1 2 [3: 4 5] [6: 7] [8: 9 10]
  const headings = [3, 6, 8];
  const shown = (folded: number[]) => {
    const folding = new Folding(10, headings, new Set(folded));
    const lines = Array.from({ length: folding.rows }, (_, row) => folding.lineAt(row));
    for (const [row, line] of lines.entries()) expect(folding.rowOf(line)).toBe(row);
    return lines;
  };
  expect(shown([])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(shown([3])).toEqual([1, 2, 3, 6, 7, 8, 9, 10]);
  expect(shown([6])).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
  expect(shown([3, 8])).toEqual([1, 2, 3, 6, 7, 8]);
  expect(shown([3, 6, 8])).toEqual([1, 2, 3, 6, 8]);
  expect(new Folding(10, headings, new Set([3])).rowOf(5)).toBe(2);
  expect(new Folding(0, [], new Set()).rows).toBe(0);
  expect(new Folding(3, [3], new Set([3])).rows).toBe(3);
});

test("what ended well begins folded, what failed, runs or comes last does not", () => {
  const step = (title: string, state: BuildStep["state"]) =>
    ({ id: "fetch", title, state, startedAt: "" }) as BuildStep;
  const titles = ["A", "B", "A", "B", "C", "D"].map((title, index) => ({ title, line: index + 1 }));
  const rows = stepRows(titles, [step("A", "ok"), step("B", "failed"), step("C", "skipped"), step("D", "ok")]);
  expect(rows.map((row) => row.step?.state)).toEqual([undefined, undefined, "ok", "failed", "skipped", "ok"]);
  expect([...foldedAtFirst(rows)]).toEqual([1, 2, 3, 5]);
  expect([...foldedAtFirst(stepRows(titles.slice(0, 2), [step("A", "running")]))]).toEqual([]);
});

test("rows higher than a browser can scroll are all reached, and small moves stay small", () => {
  const [view, full] = [600, 40_000_000];
  const scale = new ScrollScale(full, view);
  expect(scale.height).toBe(MOST_PIXELS);
  expect(scale.placeAt(0)).toBe(0);
  expect(scale.placeAt(MOST_PIXELS - view)).toBe(full - view);
  expect(scale.placeAt(scale.topFor(12_345_678))).toBeCloseTo(12_345_678, 3);
  expect(scale.moved(1_000_000, 5_000, 5_100, view)).toBe(1_000_100);
  expect(scale.moved(1_000_000, 5_000, 4_000_000, view)).toBe(scale.placeAt(4_000_000));
  expect(scale.moved(1_000, 50, 0, view)).toBe(0);
  const plain = new ScrollScale(10_000, view);
  expect([plain.height, plain.scaled, plain.placeAt(70), plain.topFor(20_000)]).toEqual([10_000, false, 70, 9_400]);
  expect(new ScrollScale(100, view).topFor(50)).toBe(0);
});

test("addresses name lines", () => {
  expect(linesOfHash("#L12")).toEqual({ first: 12, last: 12 });
  expect(linesOfHash("#L20-L10")).toEqual({ first: 10, last: 20 });
  expect(linesOfHash("#L10-20")).toEqual({ first: 10, last: 20 });
  for (const other of ["", "#", "#L", "#L0", "#Lx", "#steps", "#L1-", "#L1-L0"])
    expect(linesOfHash(other)).toBeUndefined();
  expect(hashOfLines({ first: 3, last: 3 })).toBe("#L3");
  expect(hashOfLines(extended({ first: 10, last: 12 }, 8))).toBe("#L8-L12");
  expect(extended(undefined, 8)).toEqual({ first: 8, last: 8 });
});

test("keys of the log, and those that are left to the browser", () => {
  const press = (key: string, more = {}) => actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  expect(["/", "g", "G", "End", "f", "e", "x", "ArrowDown"].map((key) => press(key))).toEqual([
    "search",
    "top",
    "end",
    "end",
    "follow",
    "firstError",
    undefined,
    undefined,
  ]);
  expect([press("f", { ctrlKey: true }), press("F", { metaKey: true })]).toEqual(["search", "search"]);
  expect([press("e", { ctrlKey: true }), press("e", { altKey: true })]).toEqual([undefined, undefined]);
});
