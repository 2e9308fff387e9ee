const UNITS: readonly [ms: number, name: string, most: number][] = [
  [60_000, "min", 60],
  [3_600_000, "h", 24],
  [86_400_000, "days", 100],
];

/** How long ago a time of the API was, for a list: `just now`, `3 min ago`, `2 h ago`, `5 days ago`, then the date. */
export function ago(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  if (ms < 60_000) return "just now";
  for (const [unit, name, most] of UNITS) {
    const count = Math.floor(ms / unit);
    if (count < most) return `${count} ${count === 1 && name === "days" ? "day" : name} ago`;
  }
  return time.slice(0, 10);
}
