/** The middle, the 95th of a hundred, and the largest. */
export interface Spans {
  p50: number;
  p95: number;
  max: number;
  n: number;
}

export function spansOf(values: readonly number[]): Spans {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return { p50: at(0.5), p95: at(0.95), max: at(1), n: sorted.length };
}

export function inWords({ p50, p95, max, n }: Spans): string {
  return `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms (${n})`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
