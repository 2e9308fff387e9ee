/** A stretch of bytes: from `start` up to, not including, `end`. */
export interface Stretch {
  start: number;
  end: number;
}

/** In order, with those that overlap or touch as one. */
export function merged(stretches: readonly Stretch[]): Stretch[] {
  if (stretches.length < 2) return [...stretches];
  const sorted = [...stretches].sort((a, b) => a.start - b.start);
  const result: Stretch[] = [];
  for (const { start, end } of sorted) {
    const last = result.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}
