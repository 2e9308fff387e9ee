import type { Failure } from "../../base/errors/millwright-error.ts";

/** One thing that was looked at on this host. */
export interface Check {
  /** For programs: `controller`, `signing` …; several Xcodes have one each. */
  id: string;
  /** For people, at most 15 characters. */
  title: string;
  /** `skipped`: not looked at, `found` says why. */
  state: "ok" | "warning" | "failed" | "skipped";
  found: string;
  /** What to do, where something is wrong. */
  next?: string;
  /** Of the catalogue of errors. */
  code?: string;
  /** Why it matters whether it is well. */
  why?: string;
  /** What was found, for programs. */
  facts?: readonly Readonly<Record<string, string | number | boolean>>[];
}

type Named = Pick<Check, "id" | "title">;

export function ok(named: Named, found: string): Check {
  return { ...named, state: "ok", found };
}

export function skipped(named: Named, found: string): Check {
  return { ...named, state: "skipped", found };
}

/** A check that found a failure of the catalogue. */
export function broken(named: Named, failure: Failure, state: "warning" | "failed" = "failed"): Check {
  const { what, why, next, code } = failure;
  return { ...named, state, found: `${what} ${why}`, next, code };
}

/** The same in fewer words, where the failure's own would not fit. */
export function wrong(named: Named, state: "warning" | "failed", found: string, next: string): Check {
  return { ...named, state, found, next };
}
