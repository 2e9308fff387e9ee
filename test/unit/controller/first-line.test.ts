import { expect, test } from "vitest";
import { HeldEnd } from "../../../src/controller/http/git/closing-words.ts";
import { firstLine } from "../../../src/controller/pushes/first-line.ts";

test("of a message the first line is kept, without what would harm a terminal, at most 200 characters", () => {
  expect(firstLine("One\n\ntwo")).toBe("One");
  expect(firstLine("\n\n  One\r\ntwo")).toBe("One");
  expect(firstLine("a\u001b[31mred\u0007")).toBe("a[31mred");
  expect([...firstLine("😀".repeat(300))]).toHaveLength(200);
  expect(firstLine("")).toBe("");
});

/** What comes out for an answer that arrives in pieces of `size` bytes. */
function through(answer: string, size: number, lines: string[]): string {
  const held = new HeldEnd();
  const out: Buffer[] = [];
  held.on("data", (bytes: Buffer) => void out.push(bytes));
  const bytes = Buffer.from(answer);
  for (let at = 0; at < bytes.length; at += size) held.write(bytes.subarray(at, at + size));
  return Buffer.concat([...out, held.endWith(lines)]).toString();
}

test("a pusher whose git has a sideband is told what came of it; every other answer stays as it is", () => {
  const answer = "0030\u0001000eunpack ok\n0019ok refs/heads/main\n00000000";
  for (const size of [1, 3, 4, 7, 1000]) {
    const whole = through(answer, size, ["main: done"]);
    expect(whole).toBe(`${answer.slice(0, -4)}0010\u0002main: done\n0000`);
    expect(through(answer, size, [])).toBe(answer);
    for (const plain of ["000eunpack ok\n0000", "", "0", "no packets"]) {
      expect(through(plain, size, ["main: done"])).toBe(plain);
    }
  }
});
