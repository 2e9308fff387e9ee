import type { ComponentChildren } from "preact";
import "./data-table.css";

export interface Column<T> {
  name: string;
  of: (row: T) => ComponentChildren;
  /** Its words are longer than a line: addresses. */
  breaks?: boolean;
  /** Buttons: their column has a name only for those who hear it. */
  actions?: boolean;
}

interface DataTableProps<T> {
  /** What it lists, for those who hear it. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string | number;
}

/** A browser forgets that something is a table when it is laid out as blocks, as it is on narrow screens. */
const ROLES = {
  table: "table",
  group: "rowgroup",
  row: "row",
  head: "columnheader",
  first: "rowheader",
  cell: "cell",
} as const;

/** A table whose rows become blocks on narrow screens. The first column names the row. */
export function DataTable<T>({ label, columns, rows, keyOf }: DataTableProps<T>) {
  return (
    <div class="table-scroll">
      <table class="data-table" role={ROLES.table} aria-label={label}>
        <thead role={ROLES.group}>
          <tr role={ROLES.row}>
            {columns.map(({ name, actions }) => (
              <th key={name} scope="col" role={ROLES.head}>
                {actions ? <span class="only-heard">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role={ROLES.group}>
          {rows.map((row) => (
            <Row key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row<T>({ row, columns: [first, ...columns] }: { row: T; columns: readonly Column<T>[] }) {
  return (
    <tr role={ROLES.row}>
      <th scope="row" role={ROLES.first} class={first?.breaks ? "table-breaks" : undefined}>
        {first?.of(row)}
      </th>
      {columns.map((column) => (
        <td key={column.name} role={ROLES.cell} class={classOf(column)} data-name={column.actions ? "" : column.name}>
          {column.of(row)}
        </td>
      ))}
    </tr>
  );
}

function classOf<T>({ actions, breaks }: Column<T>): string | undefined {
  if (actions) return "table-actions";
  return breaks ? "table-breaks" : undefined;
}
