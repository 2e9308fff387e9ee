import type { Blame } from "./millwright-error.ts";

/** One row of the catalogue. `{name}` stands for a value given where the error is raised. */
export interface CatalogueEntry {
  blame: Blame;
  what: string;
  why: string;
  next: string;
  /** Where more is written about it. */
  link?: string;
  /** The build may be tried again by itself. */
  retry?: boolean;
}

/** Keeps the keys of a part of the catalogue as types, and checks its rows. */
export function entries<T extends Record<string, CatalogueEntry>>(part: T): T {
  return part;
}
