import type { TimeZone, WallTime } from "./time-zone.ts";

/** A time of the week: on these days (0 is Sunday), between two minutes of the day. It ends on the next day when `end` isn't later. */
export interface Weekly {
  days: number[];
  start: number;
  end: number;
}

/** A stretch of time, in milliseconds since 1970; `until` is no longer in it. */
export interface Stretch {
  from: number;
  until: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const TEXT = /^(?<days>[a-z]{3,5}(?:[-,][a-z]{3})*)\s+(?<from>\d{1,2}:\d{2})\s*[-–]\s*(?<to>\d{1,2}:\d{2})$/i;
const WEEK = 7;

/** `Sun 02:00-04:00`, `Mon-Fri 22:00-06:00`, `Sat,Sun 00:00-24:00`, `daily 03:00-03:30`; undefined for other texts. */
export function parseWeekly(text: string): Weekly | undefined {
  const { days: named = "", from = "", to = "" } = TEXT.exec(text.trim())?.groups ?? {};
  const days = parseDays(named.toLowerCase());
  const start = parseMinutes(from);
  const end = parseMinutes(to);
  if (!days || start === undefined || end === undefined || start === end || start >= 24 * 60) return undefined;
  return { days, start, end };
}

/**
 * The stretch that holds `now`, else the next one; days that follow each other without a gap are one. Twice a year it is as
 * long as the clock makes it: see `TimeZone.moment`.
 */
export function nextStretch(weekly: Weekly, zone: TimeZone, now: number): Stretch {
  const today = zone.wallTime(now);
  const stretches: Stretch[] = [];
  for (let ahead = -1; ahead <= WEEK + 1; ahead += 1) {
    if (weekly.days.includes((today.weekday + ahead + WEEK) % WEEK))
      stretches.push(stretchOf(weekly, zone, today, ahead));
  }
  const coming = stretches.filter(({ until }) => until > now);
  const [first, ...later] = coming;
  if (!first) throw new Error("a weekly time has at least one day");
  let { until } = first;
  for (const each of later) if (each.from <= until) until = Math.max(until, each.until);
  return { from: first.from, until };
}

function stretchOf({ start, end }: Weekly, zone: TimeZone, today: WallTime, ahead: number): Stretch {
  const { year, month, day } = today;
  const lasts = end > start ? end - start : end - start + 24 * 60;
  const from = zone.moment({ year, month, day: day + ahead, hour: 0, minute: start });
  const until = zone.moment({ year, month, day: day + ahead, hour: 0, minute: start + lasts });
  return { from, until: until > from ? until : from + lasts * 60_000 };
}

function parseDays(text: string): number[] | undefined {
  if (text === "daily") return DAYS.map((_, day) => day);
  const days = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last] = part.split("-").map((name) => DAYS.indexOf(name));
    if (first === undefined || first < 0 || last === -1 || part.split("-").length > 2) return undefined;
    for (let day = first; ; day = (day + 1) % WEEK) {
      days.add(day);
      if (day === (last ?? first)) break;
    }
  }
  return [...days].sort();
}

function parseMinutes(text: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(":").map(Number);
  const sum = hours * 60 + minutes;
  return minutes < 60 && sum <= 24 * 60 ? sum : undefined;
}
