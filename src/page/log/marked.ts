import type { Span } from "./spans.ts";

export interface MarkedSpan extends Span {
  marked: boolean;
}

/** The same stretches, split where `query` stands in them (in any case, also across stretches). */
export function markMatches(spans: readonly Span[], query: string): MarkedSpan[] {
  const ranges = query === "" ? [] : placesOf(spans.map(({ text }) => text).join(""), query);
  if (ranges.length === 0) return spans.map((span) => ({ ...span, marked: false }));
  const cuts = ranges.flat();
  let at = 0;
  return spans.flatMap(({ text, classes }) => {
    const from = at;
    at += text.length;
    const inside = cuts.filter((cut) => cut > from && cut < at);
    const edges = [from, ...inside, at];
    return edges.slice(1).map((end, index) => {
      const begin = edges[index] as number;
      const marked = ranges.some(([first, last]) => begin >= first && end <= last);
      return { text: text.slice(begin - from, end - from), classes, marked };
    });
  });
}

function placesOf(text: string, query: string): [number, number][] {
  // Letters whose other case has another length would shift all places behind them: then only the very same is marked.
  const lower = text.toLowerCase();
  const same = lower.length === text.length;
  const [where, what] = same ? [lower, query.toLowerCase()] : [text, query];
  const places: [number, number][] = [];
  for (let at = where.indexOf(what); at >= 0 && places.length < 1_000; at = where.indexOf(what, at + what.length))
    places.push([at, at + what.length]);
  return places;
}
