import type { Figures, Goal } from "./row.ts";

export interface Limit {
  says: string;
  /** Name of the way. */
  of: string;
  /** The median unless it says another. */
  figure?: keyof Figures;
  /** Times the same figure of the way `beside`, where one is named. */
  limit: number;
  beside?: string;
}

/** Not told where one of its ways is missing. */
export function atMost(limit: Limit): Goal {
  return { says: limit.says, isReached: (figures) => compared(limit, figures, (ours, most) => ours <= most) };
}

/** Not told where one of its ways is missing. */
export function atLeast(limit: Limit): Goal {
  return { says: limit.says, isReached: (figures) => compared(limit, figures, (ours, least) => ours >= least) };
}

function compared(
  { of, figure = "median", limit, beside }: Limit,
  figures: ReadonlyMap<string, Figures>,
  holds: (ours: number, limit: number) => boolean,
): boolean | undefined {
  const ours = figures.get(of)?.[figure];
  const unit = beside === undefined ? 1 : figures.get(beside)?.[figure];
  return ours === undefined || unit === undefined ? undefined : holds(ours, limit * unit);
}
