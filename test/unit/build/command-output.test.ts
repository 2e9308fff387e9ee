import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { outputLines } from "../../../src/build/diagnosis/command-output.ts";

function logOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "millwright-output-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "log");
  writeFileSync(file, text);
  return file;
}

test("The lines of one command are read, from its first byte on, without colours, empty ones and rewritten progress", () => {
  const before = "▸ Install dependencies\n$ npm ci\n";
  const file = logOf(`${before}one\n\n\u001b[31mtwo\u001b[0m\r\n 10%\r 100%\nlast`);
  expect(outputLines(file, Buffer.byteLength(before))).toEqual(["one", "two", " 10%", " 100%", "last"]);
  expect(outputLines(file, 10_000)).toEqual([]);
});

test("Of long output the first 4 MiB and the last 8 are read, and no line that is cut", () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `line ${String(index).padStart(94, "0")}`);
  const read = outputLines(logOf(`${lines.join("\n")}\n`), 0);
  expect(read[0]).toBe(lines[0]);
  expect(read.at(-1)).toBe(lines.at(-1));
  expect(read.length).toBeLessThan((12 * 2 ** 20) / 100 + 1);
  expect(read.length).toBeGreaterThan((12 * 2 ** 20) / 100 - 4);
  expect(read.filter((line) => line.length !== 99)).toEqual([]);
});
