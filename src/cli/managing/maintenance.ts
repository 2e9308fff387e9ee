import { isTimeZone, TimeZone } from "../../base/time/time-zone.ts";
import { parseDuration } from "../../base/units.ts";
import type { MaintenanceRequest, MaintenanceWindow } from "../../protocol/maintenance-api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { usageError } from "../usage.ts";

export interface WindowOptions {
  all?: boolean;
  weekly?: string;
  from?: string;
  until?: string;
  for?: string;
  zone?: string;
  reason?: string;
}

const WALL_TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)$/;

const COLUMNS: Column<MaintenanceWindow>[] = [
  { title: "WINDOW", cell: ({ id }) => id },
  { title: "AGENT", cell: ({ agent }) => agent ?? "all" },
  { title: "STATE", cell: ({ open }) => (open ? "open" : "to come") },
  { title: "FROM", cell: ({ from, timeZone }) => new TimeZone(timeZone).inWords(Date.parse(from)) },
  { title: "UNTIL", cell: ({ until, timeZone }) => new TimeZone(timeZone).inWords(Date.parse(until)) },
  { title: "ZONE", cell: ({ timeZone }) => timeZone },
  { title: "WEEKLY", cell: ({ weekly }) => weekly ?? "" },
  { title: "BY", cell: ({ by }) => by, leaveOut: 2 },
  { title: "REASON", cell: ({ reason }) => reason, leaveOut: 1 },
];

/** `millwright agents maintenance`. */
export async function listWindows(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ windows: MaintenanceWindow[] }>("/maintenance");
  session.answer(answer, (output) => {
    if (answer.windows.length === 0) return output.note("No windows. Add one: millwright agents maintenance add");
    for (const line of tableLines(answer.windows, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** `millwright agents maintenance add`. */
export async function addWindow(
  session: Session,
  command: string,
  agent: string | undefined,
  options: WindowOptions,
): Promise<number> {
  const request = windowRequest(command, agent, options, Date.now());
  const made = await (await session.connect()).send<MaintenanceWindow>("POST", "/maintenance", request);
  session.answer(made, (output) => output.line(whatIsSo(made)));
  return EXIT.success;
}

/** `millwright agents maintenance remove`. */
export async function removeWindow(session: Session, id: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/maintenance/${segment(id)}`);
  session.answer({ removed: id }, (output) => output.line(`Removed the maintenance window ${id}.`));
  return EXIT.success;
}

/** What the controller is asked for; times of a clock are made moments here. Throws usage errors. */
export function windowRequest(
  command: string,
  agent: string | undefined,
  options: WindowOptions,
  now: number,
): MaintenanceRequest {
  const fail = (text: string) => usageError(command, text);
  if ((agent === undefined) !== (options.all ?? false)) throw fail("Name an agent, or give --all.");
  const ways = [options.weekly, options.until, options.for].filter((each) => each !== undefined);
  if (ways.length !== 1) throw fail("Give one of --weekly, --until and --for.");
  const whom = { ...(agent === undefined ? {} : { agent }), reason: options.reason ?? "" };
  if (options.weekly !== undefined) {
    if (options.from !== undefined) throw fail("--from doesn't go with --weekly.");
    const [, weekly = options.weekly, named] = /^(.*\d:\d\d)\s+([A-Za-z]\S*)$/.exec(options.weekly.trim()) ?? [];
    return { ...whom, weekly, timeZone: zoneOf(command, named ?? options.zone).name };
  }
  const zone = zoneOf(command, options.zone);
  const from = options.from === undefined ? now : moment(command, "--from", options.from, zone);
  const lasts = options.for === undefined ? undefined : parseDuration(options.for);
  if (options.for !== undefined && !lasts) throw fail(`--for must be a duration such as 90m, not ${options.for}.`);
  const until = lasts ? from + lasts : moment(command, "--until", options.until ?? "", zone);
  const start = options.from === undefined ? {} : { from: new Date(from).toISOString() };
  return { ...whom, ...start, until: new Date(until).toISOString(), timeZone: zone.name };
}

function zoneOf(command: string, named: string | undefined): TimeZone {
  const name = named ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isTimeZone(name)) throw usageError(command, `There is no time zone ${name}. Name one such as Europe/Berlin.`);
  return new TimeZone(name);
}

/** Of `2026-11-22T02:00` as the clock shows it, or of a time that says its own offset. */
function moment(command: string, option: string, text: string, zone: TimeZone): number {
  const wall = WALL_TIME.exec(text);
  if (!wall) {
    const at = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw usageError(command, `${option} must be a time such as 2026-11-22T02:00, not ${text}.`);
    return at;
  }
  const [, year, month, day, hour, minute] = wall.map(Number);
  return zone.moment({ year: year ?? 0, month: month ?? 1, day: day ?? 1, hour: hour ?? 0, minute: minute ?? 0 });
}

function whatIsSo({ id, agent, open, from, until, timeZone, weekly }: MaintenanceWindow): string {
  const zone = new TimeZone(timeZone);
  const time = (at: string) => zone.inWords(Date.parse(at));
  const whom = agent ?? "All agents";
  const verb = agent === undefined ? "take" : "takes";
  const when = open ? `until ${time(until)}` : `from ${time(from)} until ${time(until)}`;
  const again = weekly === undefined ? "" : `, and each week again (${weekly})`;
  return `${whom} ${verb} no new builds ${when} ${timeZone}${again}. What runs goes on. The window is ${id}.`;
}
