import type { Style } from "./style.ts";
import { cutTo, harmless, pad, widthOf } from "./text.ts";

export interface Column<Row> {
  title: string;
  cell: (row: Row) => string;
  /** Gives a cell its colour, after its width is known. */
  paint?: (text: string, row: Row) => string;
  side?: "left" | "right";
}

/** Lines of an aligned table with a head. Lines are cut at the terminal's width, never in a pipe. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string[] {
  const cells = rows.map((row) => columns.map((column) => harmless(column.cell(row))));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[index] ?? ""))),
  );
  const head = columns.map((column, index) => pad(column.title, widths[index] ?? 0, column.side));
  const lines = rows.map((row, line) =>
    columns.map((column, index) => {
      const text = pad(cells[line]?.[index] ?? "", widths[index] ?? 0, column.side);
      return column.paint ? column.paint(text, row) : text;
    }),
  );
  const limit = style.kind.columns();
  return [style.tone("strong", head.join("  ").trimEnd()), ...lines.map((line) => line.join("  ").trimEnd())].map(
    (line) => cutTo(line, limit, style.kind.unicode),
  );
}
