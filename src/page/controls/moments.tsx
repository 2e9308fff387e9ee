import { formatDuration } from "../../base/units.ts";
import { now } from "./now.ts";

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60_000, "second"],
  [3_600_000, "minute"],
  [86_400_000, "hour"],
  [30 * 86_400_000, "day"],
  [365 * 86_400_000, "month"],
  [Number.POSITIVE_INFINITY, "year"],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** `3 minutes ago`, with the exact time to be had by pointing at it. */
export function Ago({ at }: { at: string }) {
  const past = Date.parse(at) - now.value;
  return (
    <time dateTime={at} title={EXACT.format(new Date(at))}>
      {inWords(past)}
    </time>
  );
}

/** How long from one moment to another, or until now. */
export function Lasting({ from, to }: { from: string | undefined; to?: string | undefined }) {
  if (from === undefined) return <span class="quiet">–</span>;
  const end = to === undefined ? now.value : Date.parse(to);
  return <span class="number">{formatDuration(Math.max(0, end - Date.parse(from)))}</span>;
}

function inWords(past: number): string {
  let size = 1000;
  for (const [limit, unit] of STEPS) {
    if (Math.abs(past) < limit) return RELATIVE.format(Math.round(past / size), unit);
    size = limit;
  }
  return "";
}
