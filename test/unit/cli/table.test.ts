import { expect, test } from "vitest";
import { ago } from "../../../src/cli/terminal/ago.ts";
import { Style } from "../../../src/cli/terminal/style.ts";
import { type Column, tableLines } from "../../../src/cli/terminal/table.ts";
import { widthOf } from "../../../src/cli/terminal/text.ts";

interface Row {
  id: string;
  name: string;
  note: string;
}

const COLUMNS: Column<Row>[] = [
  { title: "ID", cell: ({ id }) => id },
  { title: "NAME", cell: ({ name }) => name, least: 6 },
  { title: "NOTE", cell: ({ note }) => note, least: 8, leaveOut: 1 },
];
const ROWS: Row[] = [
  { id: "1", name: "a name that is long", note: "a note that is a good deal longer than the name" },
  { id: "22", name: "日本語日本語日本語", note: "" },
];

const linesAt = (columns: number) =>
  tableLines(ROWS, COLUMNS, new Style({ live: true, colour: false, unicode: true, columns: () => columns }));

test("a table is never wider than the terminal: the widest cells are cut first, and other columns stay whole", () => {
  for (const columns of [100, 72, 60, 40, 30, 22, 12]) {
    for (const line of linesAt(columns)) expect(widthOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
  }
  expect(linesAt(50)).toEqual([
    "ID  NAME                 NOTE",
    "1   a name that is long  a note that is a good de…",
    "22  日本語日本語日本語",
  ]);
});

test("what can be left out is left out only where the least of everything doesn't fit", () => {
  expect(linesAt(20)[0]).toBe("ID  NAME    NOTE");
  expect(linesAt(19)).toEqual(["ID  NAME", "1   a name that is…", "22  日本語日本語日…"]);
});

test("nothing is cut or left out in a pipe", () => {
  const pipe = new Style({ live: false, colour: false, unicode: false, columns: () => Number.POSITIVE_INFINITY });
  expect(tableLines(ROWS, COLUMNS, pipe)[1]).toBe(`1   ${ROWS[0]?.name}  ${ROWS[0]?.note}`);
});

test("a list says how long ago something was, and of old things the day", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const told = [0, 59_000, 60_000, 59 * 60_000, 3_600_000, 86_399_000, 86_400_000, 3 * 86_400_000, 99 * 86_400_000];
  expect(told.map((ms) => ago(new Date(now - ms).toISOString(), now))).toEqual([
    "just now",
    "just now",
    "1 min ago",
    "59 min ago",
    "1 h ago",
    "23 h ago",
    "1 day ago",
    "3 days ago",
    "99 days ago",
  ]);
  expect(ago("2026-01-02T00:00:00Z", now)).toBe("2026-01-02");
  expect(ago("2026-11-21T12:00:05Z", now)).toBe("just now");
});
