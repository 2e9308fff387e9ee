import { expect, test } from "vitest";
import { LineSearch, textPattern } from "../../../../src/controller/logs/line-search.ts";

/** The numbers of the lines that hold the text, with the log in pieces of this size. */
function found(log: Buffer | string, text: string, size?: number): number[] {
  const bytes = Buffer.from(log as string);
  const search = new LineSearch(textPattern(text), { line: 1, lineAt: 0, at: 0 });
  const lines: number[] = [];
  const step = size ?? Math.max(bytes.length, 1);
  for (let at = 0; at < bytes.length; at += step) {
    for (const match of search.push(bytes.subarray(at, at + step))) {
      expect(match.at === 0 || bytes[match.at - 1] === 10, "a match names where its line begins").toBe(true);
      lines.push(match.line);
    }
  }
  return lines;
}

const CASES: [name: string, log: Buffer | string, text: string, lines: number[]][] = [
  ["in any case", "one\nAN ERROR\nerror error\n", "Error", [2, 3]],
  ["across colours", "\x1b[31mer\x1b[0;1mror\x1b[0m: x\nerr\nor\n", "error:", [1]],
  ["across links", "see \x1b]8;;https://a.test\x07do\x1b]8;;\x07cs\n", "docs", [1]],
  ["with signs of regular expressions", "a.c\nabc\n(x)[y]\\\n", "(x)[y]\\", [3]],
  ["a dot is a dot", "abc\na.c\n", "a.c", [2]],
  ["beyond ASCII", "ÄRGER\närger\nArger\n", "ärger", [1, 2]],
  ["other scripts", "Привет\nпока\n", "ПРИВЕТ", [1]],
  ["signs beyond the plane", "x 🚀 y\n", "🚀 Y", [1]],
  ["without a newline at the end", "one\ntwo", "two", [2]],
  ["with CRLF", "one\r\ntwo\r\n", "one", [1]],
  ["in progress lines", "10%\r20%\r100%\n", "20%", [1]],
  ["among NULs", "a\0b\n\0needle\0\n", "needle", [2]],
  [
    "among bytes that are no UTF-8",
    Buffer.concat([Buffer.from([0xff, 0xc3, 10, 0xe2]), Buffer.from("needle")]),
    "needle",
    [2],
  ],
  ["in nothing", "", "x", []],
  ["never across lines", "ab\ncd", "bc", []],
];

test.each(CASES)("a text is found %s, however the bytes are split", (_name, log, text, lines) => {
  expect(found(log, text)).toEqual(lines);
  for (const size of [1, 2, 3, 5]) expect(found(log, text, size)).toEqual(lines);
});

test("a line of 100 MB without an end is searched with little memory, and found once", () => {
  const search = new LineSearch(textPattern("needle"), { line: 1, lineAt: 0, at: 0 });
  const piece = Buffer.alloc(2 ** 20, "needl ");
  const lines: number[] = [];
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 100; count += 1) {
    if (count === 50) piece.write("e needle needle ");
    if (count === 51) piece.fill("needl ");
    lines.push(...search.push(piece).map(({ line }) => line));
  }
  expect(lines).toEqual([1]);
  expect(search.withinMatch).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  expect(search.push(Buffer.from("x\nneedle"))).toMatchObject([{ line: 2 }]);
});

test("a search can go on where another one stopped", () => {
  const log = Buffer.from("x".repeat(10_000).concat("needle\nneedle\n"));
  const first = new LineSearch(textPattern("needle"), { line: 1, lineAt: 0, at: 0 });
  expect(first.push(log.subarray(0, 10_003))).toEqual([]);
  const second = new LineSearch(textPattern("needle"), { line: 1, lineAt: 0, at: first.resumeAt });
  expect(second.push(log.subarray(first.resumeAt))).toEqual([
    { line: 1, at: 0 },
    { line: 2, at: 10_007 },
  ]);
});
