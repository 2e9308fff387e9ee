import { TimeZone } from "../../base/time/time-zone.ts";
import { nextStretch, parseWeekly, type Stretch } from "../../base/time/weekly.ts";
import type { StoredWindow } from "../store/maintenance-store.ts";

/** When the window is open: the time that holds `now`, else the next; undefined when it is over. */
export function openTime(window: StoredWindow, now: number): Stretch | undefined {
  const { weekly, starts_at: from, ends_at: until, time_zone: zone } = window;
  if (weekly === null) return from === null || until === null || until <= now ? undefined : { from, until };
  const read = parseWeekly(weekly);
  if (!read) throw new Error(`the window ${window.id} has no time of the week: ${weekly}`);
  return nextStretch(read, new TimeZone(zone), now);
}

/** Whether one of the windows is open. */
export function isOpen(windows: readonly StoredWindow[], now: number): boolean {
  return windows.some((window) => (openTime(window, now)?.from ?? Number.POSITIVE_INFINITY) <= now);
}
