/** What a clock on a wall shows. Months count from 1; days of the week from 0, Sunday. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** A time zone by its IANA name, with its changes to and from summer time. */
export class TimeZone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;

  /** Throws a RangeError for a name that this host doesn't know: see `isTimeZone`. */
  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** What the clock shows at a moment, given in milliseconds since 1970. */
  wallTime(at: number): WallTime & { weekday: number } {
    const shown = new Date(at + this.offset(at));
    return {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      hour: shown.getUTCHours(),
      minute: shown.getUTCMinutes(),
      weekday: shown.getUTCDay(),
    };
  }

  /**
   * The moment at which the clock shows this. A time that it shows twice, when summer time ends, is the first; one that it
   * skips is as much later as it skips, so that half past two becomes half past three. Days and minutes may run over.
   */
  moment({ year, month, day, hour, minute }: WallTime): number {
    const asUtc = Date.UTC(year, month - 1, day, hour, minute);
    const before = this.offset(asUtc - DAY_MS);
    const after = this.offset(asUtc + DAY_MS);
    const fits = [before, after].filter((offset) => this.offset(asUtc - offset) === offset);
    return asUtc - (fits.length > 0 ? Math.max(...fits) : before);
  }

  /** `Sun 2026-11-22 04:00`. */
  inWords(at: number): string {
    const { year, month, day, hour, minute, weekday } = this.wallTime(at);
    return `${WEEKDAYS[weekday]} ${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
  }

  /** How far its clock is ahead of UTC. */
  private offset(at: number): number {
    const parts = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new TimeZone(name).name === name;
  } catch {
    return false; // a RangeError is how Intl says that it doesn't know it
  }
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
