import type { Style } from "./style.ts";
import { cutTo, harmless, pad, widthOf } from "./text.ts";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** Gives a cell its colour, after its width is known. */
  paint?: (text: string, row: Row) => string;
  side?: "left" | "right";
  /** Where the terminal is narrow its cells may be cut down to so many columns. */
  least?: number;
  /** So many times wider than others it stays where cells are cut; 1 when left out. */
  share?: number;
  /** Where even that is too wide it is left out: the highest first. Without it, never. */
  leaveOut?: number;
}

interface Laid<Row> {
  column: Column<Row>;
  cells: string[];
  width: number;
}

const GAP = 2;

/** Lines of an aligned table with a head, as wide as the terminal at most; nothing is cut in a pipe. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string[] {
  const limit = style.kind.columns();
  const laid = fitted(
    columns.map((column) => laidOut(rows, column)),
    limit,
  );
  const put = (text: string, { width, column }: Laid<Row>) =>
    pad(cutTo(text, width, style.kind.unicode), width, column.side);
  const head = laid.map((each) => put(each.column.title, each));
  const lines = rows.map((row, line) =>
    laid.map((each) => {
      const text = put(each.cells[line] ?? "", each);
      return each.column.paint ? each.column.paint(text, row) : text;
    }),
  );
  const gap = " ".repeat(GAP);
  return [style.tone("strong", head.join(gap).trimEnd()), ...lines.map((line) => line.join(gap).trimEnd())].map(
    (line) => cutTo(line, limit, style.kind.unicode),
  );
}

function laidOut<Row>(rows: readonly Row[], column: Column<Row>): Laid<Row> {
  const cells = rows.map((row) => harmless(column.cell(row)));
  return { column, cells, width: Math.max(widthOf(column.title), ...cells.map(widthOf)) };
}

/** Leaves out what doesn't fit in any way, then makes the widest narrower, one column after the other. */
function fitted<Row>(all: Laid<Row>[], limit: number): Laid<Row>[] {
  const least = ({ column, width }: Laid<Row>) =>
    Math.min(width, Math.max(column.least ?? width, widthOf(column.title)));
  const together = (laid: Laid<Row>[], of: (each: Laid<Row>) => number) =>
    laid.reduce((sum, each) => sum + of(each) + GAP, -GAP);
  const laid = [...all];
  while (together(laid, least) > limit) {
    const [spare] = laid.filter(({ column }) => column.leaveOut !== undefined).sort(byRank);
    if (!spare) break;
    laid.splice(laid.indexOf(spare), 1);
  }
  for (let over = together(laid, ({ width }) => width) - limit; over > 0; over -= 1) {
    const [widest] = laid.filter((each) => each.width > least(each)).sort((a, b) => shared(b) - shared(a));
    if (!widest) break;
    widest.width -= 1;
  }
  return laid;
}

function shared<Row>({ width, column }: Laid<Row>): number {
  return width / (column.share ?? 1);
}

function byRank<Row>(a: Laid<Row>, b: Laid<Row>): number {
  return (b.column.leaveOut ?? 0) - (a.column.leaveOut ?? 0);
}
