import { formatDuration } from "../../base/units.ts";
import type { BuildTiming, TimingPhase } from "../../protocol/timing-api.ts";
import { segment } from "../client/api.ts";
import type { Session } from "../session.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { positiveNumber } from "../usage.ts";

const BAR_COLUMNS = 24;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

interface Row {
  title: string;
  ms: number;
  state?: string | undefined;
  isPart: boolean;
}

/** `millwright builds show N --timing`. */
export async function showTiming(session: Session, command: string, text: string): Promise<number> {
  const id = positiveNumber(command, "The build", text);
  const timing = await (await session.connect()).get<BuildTiming>(`/builds/${segment(id)}/timing`);
  session.answer(timing, (output) => {
    for (const line of timingLines(timing, output.style)) output.line(line);
  });
  return 0;
}

/** A table with a bar for each phase, as long as its share of the whole; in a pipe the share stands there as a number. */
export function timingLines(timing: BuildTiming, style: Style): string[] {
  const tries = new Set(timing.phases.map(({ attempt }) => attempt)).size;
  const rows = timing.phases.flatMap((phase) => rowsOf(phase, tries > 1));
  const goesOn =
    timing.status === "success" || timing.status === "failed" || timing.status === "canceled" ? "" : " so far";
  return [
    ...tableLines(rows, columns(timing.totalMs, style), style),
    `Build ${timing.build}: ${formatDuration(timing.totalMs)}${goesOn}, ${timing.status}`,
  ];
}

function rowsOf(phase: TimingPhase, tellsAttempt: boolean): Row[] {
  const title = tellsAttempt ? `${phase.title} (attempt ${phase.attempt})` : phase.title;
  const parts = phase.parts.map((part) => ({ title: `  ${part.title}`, ms: part.ms, isPart: true }));
  return [{ title, ms: phase.ms, state: phase.state, isPart: false }, ...parts];
}

function columns(totalMs: number, style: Style): Column<Row>[] {
  const share = (row: Row) => (totalMs === 0 ? 0 : Math.min(1, row.ms / totalMs));
  const tone = (row: Row) => (row.isPart ? "quiet" : row.state === "failed" ? "bad" : "accent");
  const percent = (row: Row) => `${Math.round(share(row) * 100)} %`;
  const time = (row: Row) => (row.state === "skipped" ? "skipped" : formatDuration(row.ms));
  const bar: Column<Row> = {
    title: "",
    cell: (row) => barOf(share(row), style.kind.unicode),
    paint: (text, row) => style.tone(tone(row), text),
    leaveOut: 1,
  };
  return [
    {
      title: "WHAT",
      cell: ({ title }) => title,
      paint: (text, row) => (row.isPart ? style.tone("quiet", text) : text),
      least: 12,
    },
    { title: "TIME", cell: time, side: "right" },
    { title: "SHARE", cell: percent, side: "right" },
    ...(style.kind.live ? [bar] : []),
  ];
}

function barOf(share: number, unicode: boolean): string {
  if (!unicode) return "#".repeat(Math.round(share * BAR_COLUMNS));
  const eighths = Math.round(share * BAR_COLUMNS * 8);
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ""}`;
}
