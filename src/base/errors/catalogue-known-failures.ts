import { entries } from "./entry.ts";

/** Failures of other tools that their output tells: what they mean and what mends them. */
export const KNOWN_FAILURES = entries({});
