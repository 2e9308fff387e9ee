/** Which lines are shown while the bodies of some steps are folded away. Rows count from 0, lines from 1. */
export class Folding {
  readonly rows: number;
  /** Ranges of hidden lines, with how many are hidden before each. */
  private readonly hidden: { first: number; last: number; before: number }[] = [];

  /** `headings`: the lines of the steps' headings, in order; `folded`: those of them whose steps are folded. */
  constructor(lines: number, headings: readonly number[], folded: ReadonlySet<number>) {
    let before = 0;
    for (const [index, heading] of headings.entries()) {
      const first = heading + 1;
      const last = Math.min((headings[index + 1] ?? lines + 1) - 1, lines);
      if (!folded.has(heading) || last < first) continue;
      this.hidden.push({ first, last, before });
      before += last - first + 1;
    }
    this.rows = lines - before;
  }

  /** The line of a row. */
  lineAt(row: number): number {
    let line = row + 1;
    for (const { first, last, before } of this.hidden) {
      if (row + 1 + before < first) break;
      line = row + 1 + before + (last - first + 1);
    }
    return line;
  }

  /** The row of a line; that of its step's heading when it is folded away. */
  rowOf(line: number): number {
    let row = line - 1;
    for (const { first, last, before } of this.hidden) {
      if (line < first) break;
      row = line <= last ? first - 2 - before : line - 1 - before - (last - first + 1);
    }
    return row;
  }
}
