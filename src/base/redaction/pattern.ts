import { WINDOW } from "./block.ts";
import type { TokenShape } from "./token-shapes.ts";

/** What the matcher looks for: the bytes of a needle, or the prefix of a token and what its tail is made of. */
export interface Pattern {
  bytes: Buffer;
  /** Line breaks in the log don't count, since tools fold base64 and keys; `bytes` holds none then. */
  folds: boolean;
  tail?: TokenShape;
}

/** From this length on a needle is found across line breaks. */
export const FOLDED_FROM = 2 * WINDOW;
/** With fewer bytes before a line's end it isn't held back only because a secret could go on in the next line. */
const LEAST_BEFORE_FOLD = 4;

/** The answers of `endOf` when a match may go on behind the last byte; faint is what should not hold a line's end back. */
export const RUNS_ON = -1;
export const FAINT = -2;

/** The answer of `endOf` when the pattern's byte `index` isn't there. */
export function mismatchAt(index: number): number {
  return FAINT - 1 - index;
}

/** Which byte of the pattern isn't there by an answer of `endOf`; -1 or less when all there is matches. */
export function mismatchIn(answer: number): number {
  return FAINT - 1 - answer;
}

/** From this length on the processor's own comparison is worth its call. */
const LONG = 64;

const LF = 0x0a;
const CR = 0x0d;

export function isBreak(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}

export function patternOf(needle: Buffer): Pattern {
  const unbroken = needle.includes(LF) || needle.includes(CR) ? needle.filter((byte) => !isBreak(byte)) : needle;
  const folds = unbroken.length >= FOLDED_FROM;
  return { bytes: folds ? Buffer.from(unbroken) : needle, folds };
}

export function patternOfToken(shape: TokenShape): Pattern {
  return { bytes: shape.prefix, folds: false, tail: shape };
}

/**
 * Where the match ends whose pattern's byte `from` stands at `at`; a negative number when it doesn't end there.
 */
export function endOf(pattern: Pattern, from: number, bytes: Buffer, at: number): number {
  const { bytes: needle, folds } = pattern;
  const straight = at + needle.length - from;
  if (straight - at > LONG && isSame(needle, from, bytes, at, straight)) return straight;
  let place = at;
  let folded = false;
  for (let i = from; i < needle.length; i += 1) {
    if (folds && i > 0 && place < bytes.length && isBreak(bytes[place])) {
      place = overBreak(bytes, place);
      folded = true;
    }
    if (place >= bytes.length) return folded && i < LEAST_BEFORE_FOLD ? FAINT : RUNS_ON;
    if (bytes[place] !== needle[i]) return mismatchAt(i);
    place += 1;
  }
  return pattern.tail ? endOfTail(pattern.tail, bytes, place) : place;
}

/** Where the match begins whose pattern's byte `from` stands at `at`; -1 when it doesn't. */
export function startOf({ bytes: needle, folds }: Pattern, from: number, bytes: Buffer, at: number): number {
  let start = at;
  for (let i = from - 1; i >= 0; i -= 1) {
    start -= 1;
    if (folds && start >= 0) start = beforeBreak(bytes, start);
    if (start < 0 || bytes[start] !== needle[i]) return -1;
  }
  return start;
}

function isSame(needle: Buffer, from: number, bytes: Buffer, at: number, end: number): boolean {
  if (bytes[end - 1] !== needle[needle.length - 1]) return false;
  return bytes.compare(needle, from, needle.length, at, end) === 0;
}

/** Over one line break, if there is one. */
function overBreak(bytes: Buffer, at: number): number {
  let place = at;
  if (bytes[place] === CR) place += 1;
  if (place < bytes.length && bytes[place] === LF) place += 1;
  return place;
}

function beforeBreak(bytes: Buffer, at: number): number {
  let place = at;
  if (bytes[place] === LF) place -= 1;
  if (place >= 0 && bytes[place] === CR) place -= 1;
  return place;
}

function endOfTail({ prefix, tail, least, most }: TokenShape, bytes: Buffer, from: number): number {
  const limit = Math.min(bytes.length, from + most);
  let place = from;
  while (place < limit && tail[bytes[place] as number] === 1) place += 1;
  if (place === bytes.length && place - from < most) return RUNS_ON;
  return place - from >= least ? place : mismatchAt(prefix.length);
}
