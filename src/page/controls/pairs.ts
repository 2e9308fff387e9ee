/** A row of a form with a name and a value. */
export interface Pair {
  name: string;
  value: string;
  /** It is stored under this name, and its value isn't told. */
  kept?: boolean;
}

export function pairsOf(record: Record<string, string> | undefined): Pair[] {
  return Object.entries(record ?? {}).map(([name, value]) => ({ name, value }));
}

/** Rows without a name say nothing; of two with one name the last counts. */
export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  const named = pairs.map(({ name, value }) => [name.trim(), value] as const).filter(([name]) => name !== "");
  return Object.fromEntries(named);
}

export function withPair(pairs: readonly Pair[], index: number, part: Partial<Pair>): Pair[] {
  return pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair));
}

export function withoutPair(pairs: readonly Pair[], index: number): Pair[] {
  return pairs.filter((_, at) => at !== index);
}

/** The names that stand more than once, among all of a form's rows. */
export function namesTwice(...groups: readonly (readonly { name: string }[])[]): Set<string> {
  const names = groups.flat().map(({ name }) => name.trim());
  return new Set(names.filter((name, index) => name !== "" && names.indexOf(name) !== index));
}
