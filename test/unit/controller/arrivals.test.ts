import { expect, test } from "vitest";
import type { Clock } from "../../../src/base/time/clock.ts";
import { Arrivals } from "../../../src/controller/agents/arrivals.ts";

test("fifty sessions within two seconds are a herd, for as long as they keep coming", () => {
  const time = { now: 0 };
  const arrivals = new Arrivals({ monotonic: () => time.now } as Clock);
  const come = (many: number, everyMs: number) => {
    for (let agent = 0; agent < many; agent += 1) {
      time.now += everyMs;
      arrivals.arrived();
    }
  };
  expect(arrivals.isHerd()).toBe(false);
  come(49, 10);
  expect(arrivals.isHerd()).toBe(false);
  come(1, 10);
  expect(arrivals.isHerd()).toBe(true);
  time.now += 2_000;
  expect(arrivals.isHerd()).toBe(false);
  come(200, 100);
  expect(arrivals.isHerd()).toBe(false);
});
