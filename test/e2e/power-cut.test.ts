import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { cutPower, whyNoLoopMounts } from "../faults/power-cut/power-cut.ts";

beforeAll(() => {
  execFileSync("npx", ["tsc", "-p", "tsconfig.tools.json"], { stdio: "pipe" });
});

test("what the store has acknowledged is there after a power cut", async (context) => {
  const why = whyNoLoopMounts();
  if (why) context.skip(why);
  for (const seed of [1, 2, 3]) {
    const { acknowledged, lost } = await cutPower(seed);
    expect(acknowledged, `seed ${seed}`).toBeGreaterThan(10);
    expect(lost, `seed ${seed}`).toEqual([]);
  }
});
