/** Lines that an address names: `#L12` or `#L12-L20`. */
export interface LineRange {
  first: number;
  last: number;
}

/** The lines that the end of an address names; undefined when it names none. */
export function linesOfHash(hash: string): LineRange | undefined {
  const match = /^#L(\d{1,12})(?:-L?(\d{1,12}))?$/.exec(hash);
  if (!match) return undefined;
  const [one, other] = [Number(match[1]), Number(match[2] ?? match[1])];
  return one === 0 || other === 0 ? undefined : { first: Math.min(one, other), last: Math.max(one, other) };
}

export function hashOfLines({ first, last }: LineRange): string {
  return first === last ? `#L${first}` : `#L${first}-L${last}`;
}

/** What is marked after a click on a number; with the shift key everything from what was marked before. */
export function extended(before: LineRange | undefined, line: number): LineRange {
  if (!before) return { first: line, last: line };
  return { first: Math.min(before.first, line), last: Math.max(before.last, line) };
}
