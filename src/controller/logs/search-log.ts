import type { LogMatch, LogMatches } from "../../protocol/page-api.ts";
import { LineSearch, type SearchPlace, textPattern } from "./line-search.ts";
import type { LogOutlines } from "./log-outlines.ts";
import type { LogReader } from "./log-reader.ts";

/** What one search may cost before it answers with what it has and where to go on. */
export interface SearchBudget {
  bytes: number;
  ms: number;
}

export const SEARCH_BUDGET: SearchBudget = { bytes: 64 * 2 ** 20, ms: 200 };

interface Wanted {
  q: string;
  /** Where to begin. */
  from: number;
  most: number;
}

type Parts = { logReader: LogReader; logOutlines: LogOutlines };
type Asked = Parameters<LogOutlines["of"]>[0];

/** The lines of a build's log that hold a text, in any case and whatever its colours. Throws LOG_REMOVED. */
export async function searchLog(
  parts: Parts,
  build: Asked,
  { q, from, most }: Wanted,
  budget = SEARCH_BUDGET,
): Promise<LogMatches> {
  const search = new LineSearch(textPattern(q), await placeOf(parts, build, from));
  const started = performance.now(); // to find the place may cost much within a huge line: there must be time to get on
  const matches: LogMatch[] = [];
  let looked = 0;
  for await (const { bytes } of parts.logReader.pieces(build.id, from)) {
    matches.push(...search.push(bytes));
    looked += bytes.length;
    const next = matches[most];
    if (next) return { matches: matches.slice(0, most), next: next.at };
    const spent = looked >= budget.bytes || performance.now() - started >= budget.ms;
    if (spent && !search.withinMatch && search.resumeAt > from) return { matches, next: search.resumeAt };
  }
  return { matches };
}

/** In which line a byte is: counted from the mark before it on. */
async function placeOf({ logReader, logOutlines }: Parts, build: Asked, from: number): Promise<SearchPlace> {
  if (from === 0) return { line: 1, lineAt: 0, at: 0 };
  const { marks, every } = await logOutlines.of(build);
  const index = marks.findLastIndex((mark) => mark <= from);
  let at = marks[index] ?? 0;
  let [line, lineAt] = [Math.max(index, 0) * every + 1, at];
  for await (const { bytes } of logReader.pieces(build.id, at)) {
    for (let end = bytes.indexOf("\n"); end >= 0 && at + end < from; end = bytes.indexOf("\n", end + 1)) {
      line += 1;
      lineAt = at + end + 1;
    }
    at += bytes.length;
    if (at >= from) break;
  }
  return { line, lineAt, at: from };
}
