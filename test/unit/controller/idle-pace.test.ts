import { expect, test } from "vitest";
import { idlePaceMs } from "../../../src/controller/grpc/idle-pace.ts";
import type { Services } from "../../../src/controller/services.ts";

function paceWith(agents: number, timing: object = { syncIdleMs: 25_000, suspectMs: 90_000 }): number {
  return idlePaceMs({ timing, watchers: { size: agents } } as Pick<Services, "timing" | "watchers">);
}

test("A fleet of up to five thousand keeps the pace that is set; a larger one slows down, but never so far that it is suspected", () => {
  expect([0, 6, 5_000].map((agents) => paceWith(agents))).toEqual([25_000, 25_000, 25_000]);
  expect(paceWith(8_000)).toBe(40_000);
  for (const agents of [10_000, 100_000]) expect(paceWith(agents) * 1.2).toBeLessThan(90_000);
});

test("A pace that is set slower than that stays", () => {
  expect(paceWith(100_000, { syncIdleMs: 60_000, suspectMs: 90_000 })).toBe(60_000);
});
