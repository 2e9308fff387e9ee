import { expect, test } from "vitest";
import { MARK_EVERY, OutlineScanner } from "../../../../src/controller/logs/outline-scanner.ts";
import { stepHeadings } from "../../../../src/controller/logs/step-headings.ts";

/** The same bytes in pieces of this size. */
function scanned(log: Buffer, size = log.length || 1): OutlineScanner {
  const scanner = new OutlineScanner();
  for (let at = 0; at < log.length; at += size) scanner.push(log.subarray(at, at + size));
  return scanner;
}

const seen = ({ length, lines, marks, headings }: OutlineScanner) => ({ length, lines, marks, headings });

const NASTY: Record<string, [log: Buffer | string, lines: number]> = {
  "an empty log": ["", 0],
  "no newline at the end": ["one\ntwo", 2],
  "a newline at the end": ["one\ntwo\n", 2],
  "only newlines": ["\n\n\n", 3],
  CRLF: ["one\r\n\r\ntwo\r\n", 3],
  "lone CRs": ["1%\r2%\r100%\ndone", 2],
  NULs: ["a\0b\n\0\0\n", 2],
  "bytes that are no UTF-8": [Buffer.from([0xff, 0xfe, 10, 0xe2, 0x96, 10, 0xc3]), 3],
  "a heading": ["banner\n\n▸ Fetch the commit\nmore\n", 4],
  "a heading that is cut": ["banner\n\n▸ Fetch", 3],
  "a heading at once": ["\n▸ Check out\n", 2],
  "2,500 lines": ["x\n".repeat(2_500), 2_500],
  "2,000 lines and a beginning": [`${"x\n".repeat(2_000)}y`, 2_001],
};

test.each(Object.entries(NASTY))("%s: counted alike however the bytes are split", (_name, [text, lines]) => {
  const log = Buffer.from(text as string);
  const whole = seen(scanned(log));
  expect(whole.lines).toBe(lines);
  for (const size of [1, 2, 3, 7, 999]) expect(seen(scanned(log, size))).toEqual(whole);
});

test("a mark stands where every thousandth line begins, and only for lines that are there", () => {
  const lines = Array.from({ length: 3_500 }, (_, index) => `line ${index + 1}\n`);
  const log = Buffer.from(lines.join(""));
  const { marks } = scanned(log, 4_096);
  expect(marks).toHaveLength(4);
  for (const [index, mark] of marks.entries()) {
    const text = log.toString("utf8", mark, log.indexOf("\n", mark));
    expect(text).toBe(`line ${index * MARK_EVERY + 1}`);
  }
  expect(scanned(Buffer.from("x\n".repeat(MARK_EVERY))).marks).toEqual([0]);
  expect(scanned(Buffer.from("")).marks).toEqual([]);
});

test("a line of 10 MB is one line, and is not kept", () => {
  const log = Buffer.concat([Buffer.from("a\n\n"), Buffer.alloc(10 * 2 ** 20, "x"), Buffer.from("\nb")]);
  expect(scanned(log, 2 ** 16)).toMatchObject({ lines: 4, headings: [] });
});

test("headings stand behind an empty line", () => {
  const log = "▸ no\nx\n▸ no\n\n ▸ no\n\n▸ Yes\n\nx▸ no\n";
  expect(scanned(Buffer.from(log)).headings).toEqual([
    { title: "Yes", line: 7, at: Buffer.byteLength("▸ no\nx\n▸ no\n\n ▸ no\n\n") },
  ]);
});

test("the first heading of an attempt is one also where the attempt before broke off within a line", () => {
  const scanner = new OutlineScanner();
  scanner.push(Buffer.from("half a li"));
  scanner.attemptBegins();
  scanner.push(Buffer.from("\n▸ Check out\n"));
  expect(scanner.headings).toMatchObject([{ title: "Check out", line: 2 }]);
});

const headings = (...titles: string[]) => titles.map((title, index) => ({ title, line: index + 1, at: index * 10 }));
const lines = (found: { line: number }[][]) => found.map((each) => each.map(({ line }) => line));

test("only headings of steps that were begun count, in their order", () => {
  const all = headings("Fetch", "Forged", "Install", "Fetch", "Compile", "Collect");
  expect(lines(stepHeadings(all, [{ from: 0, titles: ["Fetch", "Install", "Compile"] }]))).toEqual([[1, 3, 5]]);
  expect(lines(stepHeadings(all, [{ from: 0, titles: [] }]))).toEqual([[]]);
});

test("each attempt has its own steps", () => {
  const all = headings("Fetch", "Install", "Fetch", "Install", "Compile");
  const attempts = [
    { from: 0, titles: ["Fetch", "Install"] },
    { from: 20, titles: ["Fetch", "Install", "Compile"] },
  ];
  expect(lines(stepHeadings(all, attempts))).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test("where the middle of a long log was left out, the steps at its end are found from there", () => {
  const all = headings("Fetch", "Install", "Verify", "Collect");
  const titles = ["Fetch", "Install", "Web", "Compile", "Verify", "Collect"];
  expect(lines(stepHeadings(all, [{ from: 0, titles }]))).toEqual([[1, 2, 3, 4]]);
});
