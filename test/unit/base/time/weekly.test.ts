import { expect, test } from "vitest";
import { TimeZone } from "../../../../src/base/time/time-zone.ts";
import { nextStretch, parseWeekly } from "../../../../src/base/time/weekly.ts";

function next(text: string, now: string, zone = "Europe/Berlin"): string {
  const weekly = parseWeekly(text);
  if (!weekly) throw new Error(`not understood: ${text}`);
  const { from, until } = nextStretch(weekly, new TimeZone(zone), Date.parse(now));
  return [from, until].map((at) => new Date(at).toISOString().slice(0, 16)).join(" ");
}

test("times of the week are read as people write them", () => {
  expect(parseWeekly("Sun 02:00-04:00")).toEqual({ days: [0], start: 120, end: 240 });
  expect(parseWeekly("mon-fri 22:00 - 6:00")).toEqual({ days: [1, 2, 3, 4, 5], start: 1320, end: 360 });
  expect(parseWeekly("Sat,Sun 00:00-24:00")).toEqual({ days: [0, 6], start: 0, end: 1440 });
  expect(parseWeekly("Fri-Mon 01:00-02:00")).toEqual({ days: [0, 1, 5, 6], start: 60, end: 120 });
  expect(parseWeekly("daily 03:00-03:30")?.days).toHaveLength(7);
});

test("what is no time of the week is refused", () => {
  const wrong = ["", "Sun", "Sunday 02:00-04:00", "Sun 2-4", "Sun 25:00-26:00", "Sun 02:60-03:00", "Sun 02:00-02:00"];
  for (const text of [
    ...wrong,
    "Sun 24:00-25:00",
    "Xyz 02:00-04:00",
    "Mon-Tue-Wed 02:00-04:00",
    "Sun 02:00-04:00 UTC",
  ]) {
    expect(parseWeekly(text), text).toBe(undefined);
  }
});

test("the stretch that is open is found to its last minute, and then the next one", () => {
  expect(next("Sun 02:00-04:00", "2026-11-21T20:00:00Z")).toBe("2026-11-22T01:00 2026-11-22T03:00");
  expect(next("Sun 02:00-04:00", "2026-11-22T02:59:59Z")).toBe("2026-11-22T01:00 2026-11-22T03:00");
  expect(next("Sun 02:00-04:00", "2026-11-22T03:00:00Z")).toBe("2026-11-29T01:00 2026-11-29T03:00");
});

test("one that goes over midnight is open on the next morning too", () => {
  expect(next("Fri 22:00-06:00", "2026-11-28T04:59:00Z")).toBe("2026-11-27T21:00 2026-11-28T05:00");
  expect(next("Mon-Fri 22:00-06:00", "2026-11-28T05:00:00Z")).toBe("2026-11-30T21:00 2026-12-01T05:00");
});

test("days without a gap are one stretch", () => {
  expect(next("Sat,Sun 00:00-24:00", "2026-11-21T12:00:00Z")).toBe("2026-11-20T23:00 2026-11-22T23:00");
});

test("when summer time begins and ends the clock decides, and no night is left out", () => {
  const [begins, ends] = ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"];
  expect(next("Sun 02:00-04:00", begins)).toBe("2026-03-29T01:00 2026-03-29T02:00"); // 03:00 to 04:00: one hour
  expect(next("Sun 02:00-03:00", begins)).toBe("2026-03-29T01:00 2026-03-29T02:00"); // skipped whole: moved
  expect(next("Sun 02:30-03:15", begins)).toBe("2026-03-29T01:30 2026-03-29T02:15");
  expect(next("Sun 02:00-04:00", ends)).toBe("2026-10-25T00:00 2026-10-25T03:00"); // three hours
  expect(next("Sun 04:00-05:00", begins)).toBe("2026-03-29T02:00 2026-03-29T03:00");
  expect(next("Sun 02:00-04:00", begins, "America/New_York")).toBe("2026-03-29T06:00 2026-03-29T08:00");
});
