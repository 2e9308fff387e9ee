import { closest } from "../base/config/closest.ts";
import { errorOf } from "../base/errors/millwright-error.ts";

/** A fault of the command line. `command` is the full name, `millwright package build`. */
export function usageError(command: string, reason: string, detail?: string): Error {
  return errorOf("USAGE", { reason, command }, detail === undefined ? {} : { detail });
}

/** The usage error for a word that isn't one of `names`: with the one that may have been meant, and all that exist. */
export function unknownWord(command: string, kind: string, word: string, names: readonly string[]): Error {
  const plural = kind.endsWith("s") ? `${kind}es` : kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  return usageError(
    command,
    `There is no ${kind} ${word}.${didYouMean(word, names)}`,
    `The ${plural} are: ${names.join(", ")}`,
  );
}

/** ` Did you mean …?`, or nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  const like = closest(word, names);
  return like === undefined ? "" : ` Did you mean ${like}?`;
}

/** A whole number from 1. Throws USAGE. */
export function positiveNumber(command: string, what: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw usageError(command, `${what} must be a whole number from 1, not ${text}.`);
}
