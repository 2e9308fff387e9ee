import { expect, test } from "vitest";
import { isTimeZone, TimeZone } from "../../../../src/base/time/time-zone.ts";

const berlin = new TimeZone("Europe/Berlin");
const iso = (at: number) => new Date(at).toISOString();
const wall = (month: number, day: number, hour: number, minute: number) => ({ year: 2026, month, day, hour, minute });

test("a moment is what the clock of the zone shows, in summer and in winter", () => {
  expect(iso(berlin.moment(wall(7, 1, 12, 0)))).toBe("2026-07-01T10:00:00.000Z");
  expect(iso(berlin.moment(wall(12, 1, 12, 0)))).toBe("2026-12-01T11:00:00.000Z");
  expect(berlin.wallTime(Date.parse("2026-11-22T03:00:00Z"))).toEqual({ ...wall(11, 22, 4, 0), weekday: 0 });
  expect(berlin.inWords(Date.parse("2026-11-22T03:00:00Z"))).toBe("Sun 2026-11-22 04:00");
});

test("a time that the clock skips is later by what it skips, and one that it shows twice is the first", () => {
  expect(iso(berlin.moment(wall(3, 29, 1, 59)))).toBe("2026-03-29T00:59:00.000Z");
  expect(iso(berlin.moment(wall(3, 29, 2, 30)))).toBe("2026-03-29T01:30:00.000Z"); // shown as 03:30
  expect(iso(berlin.moment(wall(3, 29, 3, 0)))).toBe("2026-03-29T01:00:00.000Z");
  expect(iso(berlin.moment(wall(10, 25, 2, 30)))).toBe("2026-10-25T00:30:00.000Z");
  expect(iso(berlin.moment(wall(10, 25, 3, 0)))).toBe("2026-10-25T02:00:00.000Z");
});

test("every hour of a year comes back as it was, in zones of many kinds", () => {
  for (const name of [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
  ]) {
    const zone = new TimeZone(name);
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 3_600_000 * 7) {
      const again = zone.moment(zone.wallTime(at));
      // Of an hour that is shown twice the first is meant.
      expect(at - again === 0 || (at - again > 0 && at - again <= 3_600_000), `${name} ${iso(at)}`).toBe(true);
      expect(zone.wallTime(again)).toEqual(zone.wallTime(at));
    }
  }
});

test("the end of a day, and a day that runs over its month, are understood", () => {
  expect(iso(berlin.moment(wall(12, 31, 24, 0)))).toBe("2026-12-31T23:00:00.000Z");
  expect(iso(berlin.moment(wall(11, 31, 0, 0)))).toBe("2026-11-30T23:00:00.000Z");
});

test("names that no zone has are told from those that are", () => {
  expect(isTimeZone("America/New_York")).toBe(true);
  expect(isTimeZone("Europe/Atlantis")).toBe(false);
  expect(isTimeZone("")).toBe(false);
});
