import { execFileSync, spawn } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { faultOf } from "../faults/catalogue.ts";
import { CLASSES } from "../faults/trial.ts";

/** One fault or more of every class. `make faults N=200` does many more. */
const SEEDS = [1, 2, 4, 6, 9, 11, 14, 15, 16, 23, 29, 34, 42, 55, 62];

beforeAll(() => {
  execFileSync("npx", ["tsc", "-p", "tsconfig.tools.json"], { stdio: "pipe" });
});

test("the set has a fault of every class", () => {
  expect(new Set(SEEDS.map((seed) => faultOf(seed).class))).toEqual(new Set(CLASSES));
});

test("nothing is lost, doubled or left behind by a fixed set of faults", async () => {
  const suite = spawn(process.execPath, ["dist-tools/test/faults/main.js", `${SEEDS.join(",")},`]);
  let text = "";
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      text += bytes;
    });
  }
  const exit = await new Promise<number | null>((resolve) => suite.once("close", resolve));
  expect(exit, text).toBe(0);
  const skipped = Number(/^SKIPPED (\d+)/m.exec(text)?.[1] ?? 0);
  expect(text).toMatch(new RegExp(`^all +${SEEDS.length - skipped} +0 +0 +0 +0 +0 +0$`, "m"));
});
