import { LineSearch, type SearchPlace, textPattern } from "./line-search.ts";

/** Of what the failure quotes, so many lines are looked for. */
const MOST_QUOTES = 3;
const LEAST_QUOTE = 4;
const NEWLINE = 0x0a;
const OVERLAP = 4_096;
/** Behind it stands the failure itself, with the same quotes. */
const CLOSING = "✗ failed after ";
/** How tools begin the line that says what went wrong: compilers, npm, Gradle, xcodebuild, git, shells, Node. */
const KNOWN =
  /\berror(?: TS\d+)?:|\b[A-Z]\w*(?:Error|Exception): |\bnpm (?:ERR!|error) (?!code\b|errno\b|A complete log|\d*\s*$)|\* What went wrong:|\[ERROR\]|^ERROR\b|\bERROR in |\bfatal: |BUILD FAILED|: command not found|^\xe2\x9c\x97 failed after /gm;

type Pieces = (from: number) => AsyncIterable<Buffer>;

/**
 * Finds the line that most probably says why a step failed, in the bytes of its log from `place` on: the first one that the
 * failure quotes (`detail`), else the first one that looks like an error of a known tool. Undefined when there is none.
 */
export async function findFirstError(
  pieces: Pieces,
  place: SearchPlace,
  detail: string | undefined,
): Promise<number | undefined> {
  const quotes = [...new Set((detail ?? "").split("\n").map((line) => line.trim()))]
    .filter((line) => line.length >= LEAST_QUOTE)
    .slice(0, MOST_QUOTES);
  const [first] = quotes;
  if (first !== undefined) {
    const quoted = (await findAsItIs(pieces, place, first)) ?? (await findColoured(pieces, place, quotes));
    if (quoted !== undefined) return quoted;
  }
  return findKnown(pieces, place);
}

/** Most quotes stand there as they are, and then it costs little. */
async function findAsItIs(pieces: Pieces, place: SearchPlace, quote: string): Promise<number | undefined> {
  let { line } = place;
  let carry: Buffer = Buffer.alloc(0);
  for await (const piece of pieces(place.at)) {
    const all = carry.length > 0 ? Buffer.concat([carry, piece]) : piece;
    const closed = all.indexOf(CLOSING);
    const at = all.subarray(0, closed < 0 ? all.length : closed).indexOf(quote);
    if (at >= 0) return line + newlines(all.subarray(0, at));
    if (closed >= 0) break;
    line += newlines(piece);
    carry = Buffer.from(all.subarray(Math.max(all.lastIndexOf(NEWLINE) + 1, all.length - OVERLAP)));
  }
  return undefined;
}

/** The first quote also where tools printed colours in between; where it is nowhere, the next one. */
async function findColoured(pieces: Pieces, place: SearchPlace, quotes: string[]): Promise<number | undefined> {
  const searches = quotes.map((quote) => new LineSearch(textPattern(quote), place));
  const closing = new LineSearch(textPattern(CLOSING), place);
  const found: (number | undefined)[] = quotes.map(() => undefined);
  for await (const piece of pieces(place.at)) {
    const end = closing.push(piece)[0]?.line ?? Number.POSITIVE_INFINITY;
    for (const [index, search] of searches.entries()) {
      const line = search.push(piece)[0]?.line;
      if (line !== undefined && line < end) found[index] ??= line;
    }
    if (found[0] !== undefined || Number.isFinite(end)) break;
  }
  return found.find((each) => each !== undefined);
}

async function findKnown(pieces: Pieces, place: SearchPlace): Promise<number | undefined> {
  const search = new LineSearch(new RegExp(KNOWN), place);
  for await (const piece of pieces(place.at)) {
    const [match] = search.push(piece);
    if (match) return match.line;
  }
  return undefined;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
