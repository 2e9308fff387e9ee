import { expect, test } from "vitest";
import type { Cleanable } from "../../../../src/agent/disk/cleanable.ts";
import { type CleanLimits, type CleanNow, planCleaning } from "../../../../src/agent/disk/plan.ts";

const DAY = 86_400_000;
const NOW: CleanNow = { at: 1000 * DAY, freeBytes: 1_000_000, buildsSince: undefined };
const LIMITS: CleanLimits = { keepMs: 30 * DAY, maxCacheBytes: 10_000, cleanBelowBytes: 500_000 };

function item(name: string, bytes: number, days: number, rest: Partial<Cleanable> = {}): Cleanable {
  const usedAt = NOW.at - days * DAY;
  return { kind: "mirrors", path: `/w/${name}`, root: "/w", bytes, usedAt, while: "idle", ...rest };
}

function plan(items: Cleanable[], now: Partial<CleanNow> = {}, limits: Partial<CleanLimits> = {}) {
  const { remove, inUse, keptBytes } = planCleaning(items, { ...LIMITS, ...limits }, { ...NOW, ...now });
  return {
    remove: remove.map(({ item: { path }, why }) => `${path.slice(3)} ${why}`),
    inUse: inUse.map(({ item: { path }, reason }) => `${path.slice(3)}: ${reason}`),
    keptBytes,
  };
}

test("what was used within the days stays while there is room, and what was not goes", () => {
  expect(plan([item("a", 100, 29), item("b", 100, 31), item("c", 100, 0)])).toEqual({
    remove: ["b old"],
    inUse: [],
    keptBytes: 200,
  });
});

test("over the limit the longest unused goes first, until the rest fits", () => {
  const items = [item("new", 4000, 1), item("oldest", 4000, 9), item("old", 4000, 5), item("newer", 4000, 2)];
  expect(plan(items)).toEqual({ remove: ["oldest limit", "old limit"], inUse: [], keptBytes: 8000 });
});

test("with little space free, more goes, and no more than is needed", () => {
  const items = [item("a", 300, 3), item("b", 300, 2), item("c", 300, 1)];
  expect(plan(items, { freeBytes: 499_500 }).remove).toEqual(["a space", "b space"]);
  expect(plan(items, { freeBytes: 100 }).remove).toEqual(["a space", "b space", "c space"]);
  expect(plan(items, { freeBytes: 500_000 }).remove).toEqual([]);
});

test("what is left of dead builds goes whatever its age, and counts to no limit", () => {
  const items = [item("left", 50_000, 0, { left: true }), item("kept", 9_000, 1)];
  expect(plan(items)).toEqual({ remove: ["left left"], inUse: [], keptBytes: 9000 });
});

test("archives only go by age, however little space is free", () => {
  const archives = [item("young", 100, 5, { byAgeOnly: true }), item("old", 100, 40, { byAgeOnly: true })];
  expect(plan(archives, { freeBytes: 0 }).remove).toEqual(["old old"]);
});

test("while builds run, what they may use stays, and it is told why", () => {
  const running = { buildsSince: NOW.at - 2 * DAY, freeBytes: 0 };
  const items = [
    item("cache", 100, 40),
    item("mirror-of-before", 100, 3, { while: "unless-used" }),
    item("mirror-since", 100, 1, { while: "unless-used" }),
    item("mirror-just-then", 100, 2, { while: "unless-used" }),
    item("left", 100, 50, { left: true, while: "anytime" }),
    item("checked-out", 100, 50, { while: "unless-used", busy: "a checkout of it is there" }),
  ];
  expect(plan(items, running)).toEqual({
    remove: ["left left", "mirror-of-before space"],
    inUse: [
      "checked-out: a checkout of it is there",
      "cache: builds run that may use it",
      "mirror-just-then: a build that runs may use it",
      "mirror-since: a build that runs may use it",
    ],
    keptBytes: 400,
  });
});

test("what is in use counts to the limit, so that others go instead", () => {
  const items = [item("busy", 9000, 9, { busy: "used" }), item("free", 4000, 1)];
  expect(plan(items).remove).toEqual(["free limit"]);
});
