import { expect, test } from "vitest";
import { LineCutter, MOST_OF_A_LINE } from "../../../../src/page/log/line-cutter.ts";
import { linesWithLooks } from "../../../../src/page/log/lines-with-looks.ts";
import { markMatches } from "../../../../src/page/log/marked.ts";
import { looksBehind, plainLine, withoutLooks } from "../../../../src/page/log/plain-line.ts";
import { spansOf } from "../../../../src/page/log/spans.ts";

const RED = "\x1b[31m";
const OFF = "\x1b[0m";

test.each([
  ["plain", "plain", "plain"],
  ["a tab stays", "a\tb", "a\tb"],
  ["colours stay", `${RED}x${OFF}`, `${RED}x${OFF}`],
  ["cursor moves go", "\x1b[2K\x1b[1Gdone\x1b[?25h", "done"],
  ["titles go", "\x1b]0;title\x07x\x1b]2;t\x1b\\y", "xy"],
  ["links keep their text", "\x1b]8;;https://a.test\x07docs\x1b]8;;\x07", "docs"],
  ["sequences without an end", "x\x1b[", "x"],
  ["controls go", "a\0b\x08c\x7f\u009bd", "abcd"],
  ["CRLF", "x\r", "x"],
  ["progress shows its last state", "1%\r50%\r100%\r", "100%"],
  ["with the colours that hold then", `${RED}1%\r2%`, `${RED}2%`],
  ["the charset of a terminal", "\x1b(Bx\x1b=", "x"],
  ["nothing", "", ""],
])("a line without what only a terminal understands: %s", (_name, line, plain) => {
  expect(plainLine(line)).toBe(plain);
});

test("colours hold until they are taken back, over lines too", () => {
  expect(looksBehind("", `${RED}x`)).toBe(RED);
  expect(looksBehind(RED, "x")).toBe(RED);
  expect(looksBehind(RED, `x${OFF}`)).toBe("");
  expect(looksBehind(RED, "x\x1b[m\x1b[1m")).toBe("\x1b[1m");
  expect(looksBehind(RED, "x\x1b[0;32m")).toBe("\x1b[0;32m");
  expect(looksBehind("", `${RED}x`.repeat(1_000))).toBe("");
  const lines = linesWithLooks([{ text: `${RED}a` }, { text: "b" }, { text: `c${OFF}` }, { text: "d" }]);
  expect(lines.map(({ text, looks }) => spansOf(text, looks).map(({ classes }) => classes))).toEqual([
    ["fg-red"],
    ["fg-red"],
    ["fg-red"],
    [""],
  ]);
});

test.each([
  [
    "x\x1b[1;92my\x1b[22mz",
    [
      ["x", ""],
      ["y", "fg-bright-green text-bold"],
      ["z", "fg-bright-green"],
    ],
  ],
  [
    "\x1b[41mx\x1b[49my",
    [
      ["x", "bg-red"],
      ["y", ""],
    ],
  ],
  ["\x1b[38;5;196mx", [["x", "fg-bright-red"]]],
  ["\x1b[38;5;244mx", [["x", "fg-white"]]],
  ["\x1b[38;5;3mx", [["x", "fg-yellow"]]],
  ["\x1b[38;2;10;10;200mx", [["x", "fg-blue"]]],
  ["\x1b[7mx", [["x", "bg-white"]]],
  ["\x1b[4;9mx", [["x", "text-underline text-strikethrough"]]],
  ["<img src=x onerror=alert(1)>", [["<img src=x onerror=alert(1)>", ""]]],
  ["", []],
])("%j in stretches of one look", (line, spans) => {
  expect(spansOf(line).map(({ text, classes }) => [text, classes])).toEqual(spans);
});

test("matches are marked in any case and across colours", () => {
  const marked = (line: string, query: string) =>
    markMatches(spansOf(line), query).map((span) => (span.marked ? `[${span.text}]` : span.text));
  expect(marked(`an ER${RED}ror, error`, "error")).toEqual(["an ", "[ER]", "[ror]", ", ", "[error]"]);
  expect(marked("nothing", "error")).toEqual(["nothing"]);
  expect(marked("x", "")).toEqual(["x"]);
  expect(marked("İİ error", "error")).toEqual(["İİ ", "[error]"]);
});

function cut(log: Uint8Array | string, size: number) {
  const bytes = typeof log === "string" ? new TextEncoder().encode(log) : log;
  const cutter = new LineCutter();
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
  return cutter.lines();
}

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["\n", [""]],
  ["é\r\n\0\n", ["é\r", "\0"]],
])("%j in lines, however it is split", (log, lines) => {
  for (const size of [1, 2, 100]) expect(cut(log, size).map(({ text }) => text)).toEqual(lines);
});

test("of a line of 10 MB the beginning is kept, and its size", () => {
  const log = new TextEncoder().encode(`a\n${"é".repeat(5 * 2 ** 20)}\nb\n`);
  for (const size of [1_000, 2 ** 16, 2 ** 24]) {
    const [first, long, last, ...more] = cut(log, size);
    expect([first, last, more]).toEqual([{ text: "a" }, { text: "b" }, []]);
    expect(long?.cutFrom).toBe(10 * 2 ** 20);
    expect(long?.text).toBe("é".repeat(MOST_OF_A_LINE / 2));
  }
});

test("bytes that are no UTF-8 do no harm", () => {
  const lines = cut(new Uint8Array([0xff, 0xfe, 10, 0xc3, 10, 0x61]), 2);
  expect(lines.map(({ text }) => text)).toEqual(["\ufffd\ufffd", "\ufffd", "a"]);
});

test("a line as plain text", () => {
  expect(withoutLooks(`${RED}x${OFF}y`)).toBe("xy");
});
