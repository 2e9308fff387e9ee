import type { Failure } from "../../base/errors/millwright-error.ts";

/** What `millwright doctor` asks of the process that signs something on trial: one JSON document on its stdin. */
export interface TrialOrder {
  /** Of the user whose keychain search list jobs edit. */
  home: string;
  /** An empty folder for the trial alone. */
  folder: string;
  /** The environment of builds, with PATH. */
  environment: Record<string, string>;
  /** How long all of it may take; a dialog that nobody sees would last for ever. */
  patienceMs: number;
}

/** What that process prints: one JSON document on its stdout. */
export type TrialAnswer = { signed: true } | { signed: false; failure: Failure };
