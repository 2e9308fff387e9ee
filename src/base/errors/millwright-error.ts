import { CATALOGUE, type ErrorCode } from "./catalogue.ts";
import type { CatalogueEntry } from "./entry.ts";

/** Whose fault a failure is: the person's who asked, the build host's, the controller's, or ours. */
export type Blame = "user" | "host" | "controller" | "bug";

/** A failure as it is stored, sent and shown. Every text is one sentence or two, free of secrets. */
export interface Failure {
  code: string;
  blame: Blame;
  /** What happened. */
  what: string;
  /** Why it happened. */
  why: string;
  /** What to do next. */
  next: string;
  /** Where more is written about it. */
  link?: string;
  /** The step of the build that failed. */
  step?: string;
  /** Telling lines of the log, or the names that exist. */
  detail?: string;
}

/** The one error type that people meet. Carries a `Failure`; the cause stays inside and is never shown as such. */
export class MillwrightError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(`${failure.what} [${failure.code}]`, cause === undefined ? undefined : { cause });
    this.name = "MillwrightError";
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }
}

export type FailureValues = Record<string, string | number>;

/** Builds the error of a catalogue entry. `{name}` in its texts is replaced by `values.name`. */
export function failureOf(code: ErrorCode, values: FailureValues = {}, detail?: string): Failure {
  const entry: CatalogueEntry = CATALOGUE[code];
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  const failure: Failure = {
    code,
    blame: entry.blame,
    what: fill(entry.what),
    why: fill(entry.why),
    next: fill(entry.next),
  };
  if (entry.link) failure.link = entry.link;
  if (detail) failure.detail = detail;
  return failure;
}

/** Same as `failureOf`, as an error to throw. */
export function errorOf(
  code: ErrorCode,
  values: FailureValues = {},
  extra: { detail?: string; cause?: unknown } = {},
): MillwrightError {
  return new MillwrightError(failureOf(code, values, extra.detail), extra.cause);
}

/** Turns anything thrown into a failure. What is not ours becomes INTERNAL_ERROR with its message as the cause. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof MillwrightError) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return failureOf("INTERNAL_ERROR", { message });
}
