import { expect, test } from "vitest";
import { LogLines } from "../../../src/cli/terminal/log-lines.ts";
import { cutTo, harmless, pad, showableLogLine, widthOf, wrap } from "../../../src/cli/terminal/text.ts";

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);

test("widths count what a terminal shows: wide characters twice, marks and colours not", () => {
  expect(widthOf("plain")).toBe(5);
  expect(widthOf("日本語")).toBe(6);
  expect(widthOf("e\u0301")).toBe(1);
  expect(widthOf(`${ESCAPE}[31mred${ESCAPE}[0m`)).toBe(3);
  expect(pad("日", 4)).toBe("日  ");
  expect(pad("7", 3, "right")).toBe("  7");
});

test("a text that is cut is as wide as asked, says that it was cut and leaves no colour on", () => {
  expect(cutTo("a short one", 20)).toBe("a short one");
  expect(cutTo("a longer text", 8)).toBe("a longe…");
  expect(cutTo("a longer text", 8, false)).toBe("a longe~");
  for (let columns = 1; columns < 9; columns += 1)
    expect(widthOf(cutTo("日本語日本語", columns))).toBeLessThanOrEqual(columns);
  expect(cutTo(`${ESCAPE}[31mred and long${ESCAPE}[39m`, 6)).toBe(`${ESCAPE}[31mred a…${ESCAPE}[0m`);
});

test("lines are broken at spaces, and a word that is too long stays whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("see https://example.com/long/address now", 10)).toEqual([
    "see",
    "https://example.com/long/address",
    "now",
  ]);
});

test("nothing that a build prints can change the terminal, and colours stay where they are shown", () => {
  const attacks = [
    `${ESCAPE}]0;title with words${BELL}`,
    `${ESCAPE}]52;c;aGVsbG8=${ESCAPE}\\`,
    `${ESCAPE}[2J`,
    `${ESCAPE}[10A`,
    `${ESCAPE}P+q544e${ESCAPE}\\`,
    `${ESCAPE}c`,
    "\b",
    "\u009b31m",
  ];
  for (const attack of attacks) {
    expect(harmless(`a${attack}b`), JSON.stringify(attack)).toMatch(/^ab$/);
    expect(showableLogLine(`a${attack}${ESCAPE}[32mb`, true)).toBe(`a${ESCAPE}[32mb${ESCAPE}[0m`);
  }
  expect(showableLogLine(`${ESCAPE}[32mgreen${ESCAPE}[0m`, false)).toBe("green");
  expect(showableLogLine("10 %\r50 %\r100 %\r", true)).toBe("100 %");
});

test("lines of a log are whole wherever the bytes are cut", () => {
  const bytes = Buffer.from("erste Zeile: äöü\nzweite: 日本\nlast");
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const lines = new LogLines(true);
    const shown = lines.push(bytes.subarray(0, cut)) + lines.push(bytes.subarray(cut)) + lines.end();
    expect(shown).toBe("erste Zeile: äöü\nzweite: 日本\nlast\n");
  }
});
