const DURATIONS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZES: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** Milliseconds of `250ms`, `30s`, `10m`, `2h`, `7d`; undefined when it is no such text. */
export function parseDuration(text: string): number | undefined {
  return parseWithUnit(text, DURATIONS);
}

/** Bytes of `512KiB`, `10GiB`, `100B`; undefined when it is no such text. */
export function parseSize(text: string): number | undefined {
  return parseWithUnit(text, SIZES);
}

function parseWithUnit(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim());
  const unit = match && units[match[2] ?? ""];
  return match && unit ? Math.round(Number(match[1]) * unit) : undefined;
}

/** `1.4 s`, `2 min 05 s`, `1 h 12 min`: for people. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `812 B`, `3.4 MiB`: for people. */
export function formatSize(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let index = 0;
  while (value >= 1024 && index < names.length - 1) {
    value /= 1024;
    index += 1;
  }
  return index === 0 ? `${bytes} B` : `${value.toFixed(value < 100 ? 1 : 0)} ${names[index]}`;
}
