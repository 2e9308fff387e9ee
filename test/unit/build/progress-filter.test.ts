import { expect, test } from "vitest";
import { ProgressFilter } from "../../../src/build/job/progress-filter.ts";

function through(...pieces: string[]): string {
  const filter = new ProgressFilter();
  return Buffer.concat([...pieces.map((piece) => filter.push(Buffer.from(piece))), filter.end()]).toString();
}

test("Of progress that rewrites its line the last state stays, whatever pieces it comes in", () => {
  const text = "remote: Counting: 10%\rremote: Counting: 100%, done.\nFrom x\r\nlast\r50%\r100%";
  const kept = "remote: Counting: 100%, done.\nFrom x\r\n100%";
  expect(through(text)).toBe(kept);
  expect(through(...text)).toBe(kept);
});
