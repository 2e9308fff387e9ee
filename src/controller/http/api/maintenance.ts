import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newId } from "../../../base/ids.ts";
import { isTimeZone } from "../../../base/time/time-zone.ts";
import { parseWeekly } from "../../../base/time/weekly.ts";
import type { MaintenanceWindow } from "../../../protocol/maintenance-api.ts";
import { openTime } from "../../agents/open-windows.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { StoredWindow } from "../../store/maintenance-store.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, optionalLine, validate } from "../validate.ts";

export const WINDOW_PARAMS = z.strictObject({ window: line(200) });

const moment = z.iso.datetime({ offset: true, error: "expected a time such as 2026-11-22T02:00:00+01:00" });

export const MAINTENANCE_REQUEST = z
  .strictObject({
    agent: line(200).optional(),
    weekly: line(100)
      .refine((text) => parseWeekly(text) !== undefined, 'expected a time of the week such as "Sun 02:00-04:00"')
      .optional(),
    from: moment.optional(),
    until: moment.optional(),
    timeZone: line(100).refine(isTimeZone, "expected a time zone such as Europe/Berlin").default("UTC"),
    reason: optionalLine(500).default(""),
  })
  .refine(({ weekly, until }) => (weekly === undefined) !== (until === undefined), "expected either weekly or until")
  .refine(({ weekly, from }) => weekly === undefined || from === undefined, "expected no from with weekly");

type Asked = z.output<typeof MAINTENANCE_REQUEST>;
type Names = ReadonlyMap<string, string>;

/** When agents take no new builds. */
export function maintenanceRoutes(api: FastifyInstance, services: Services): void {
  const { store, changes, watchers, clock } = services;

  api.get("/maintenance", told("The maintenance windows", { answer: "MaintenanceWindows" }), async () => {
    const names = await agentNames(services);
    const windows = await store.maintenance.list(clock.now());
    return { windows: windows.flatMap((window) => toWindow(window, names, clock.now()) ?? []) };
  });

  api.post(
    "/maintenance",
    told("Says when agents take no new builds; those that run go on; for operators", {
      body: MAINTENANCE_REQUEST,
      status: 201,
      answer: "MaintenanceWindow",
    }),
    async (request, reply): Promise<MaintenanceWindow> => {
      const principal = principalOf(request);
      requireOperator(principal);
      const author = { actor: principal.name, at: clock.now() };
      const names = await agentNames(services);
      const window = toStored(validate(MAINTENANCE_REQUEST, request.body), names, author);
      await store.maintenance.add(window, { name: nameOf(window, names), detail: inWords(window) }, author);
      if (window.agent_id !== null) changes.agentHeld(window.agent_id);
      const shown = toWindow(window, names, author.at);
      if (!shown) throw new Error(`the window ${window.id} was over when it was made`);
      void reply.code(201);
      return shown;
    },
  );

  api.delete<{ Params: { window: string } }>(
    "/maintenance/:window",
    told("Removes a maintenance window: agents take builds again; for operators", { status: 204 }),
    async (request, reply) => {
      const principal = principalOf(request);
      requireOperator(principal);
      const { window: id } = validate(WINDOW_PARAMS, request.params);
      const names = await agentNames(services);
      const author = { actor: principal.name, at: clock.now() };
      const removed = await store.maintenance.remove(id, (window) => nameOf(window, names), author);
      const known = (await store.maintenance.list(clock.now())).map((window) => window.id);
      if (!removed) throw notFound("maintenance window", id, known);
      for (const agent of removed.agent_id === null ? names.keys() : [removed.agent_id]) watchers.syncNow(agent);
      return reply.code(204).send();
    },
  );
}

/** Throws NOT_FOUND for an agent that there isn't, and REQUEST_INVALID for a window that ends before it begins. */
function toStored(asked: Asked, names: Names, author: { actor: string; at: number }): StoredWindow {
  const { agent, weekly, timeZone, reason } = asked;
  const row = {
    id: newId("m"),
    agent_id: agent === undefined ? null : idOf(agent, names),
    time_zone: timeZone,
    reason,
    created_by: author.actor,
    created_at: author.at,
  };
  if (asked.until === undefined) return { ...row, weekly: weekly ?? "", starts_at: null, ends_at: null };
  const from = asked.from === undefined ? author.at : Date.parse(asked.from);
  const until = Date.parse(asked.until);
  const rightOrder = z.literal(true, "until: expected a time after from, and in the future");
  validate(rightOrder, until > from && until > author.at);
  return { ...row, weekly: null, starts_at: from, ends_at: until };
}

function idOf(agent: string, names: Names): string {
  if (names.has(agent)) return agent;
  const found = [...names].find(([, name]) => name === agent);
  if (!found) throw notFound("agent", agent, [...names.values()]);
  return found[0];
}

/** Names by ids, also of hosts that joined and haven't connected yet. */
async function agentNames({ store }: Services): Promise<Names> {
  const joined = [...(await store.agentKeys.byAgent()).values()].map((key): [string, string] => [
    key.agent_id,
    key.name,
  ]);
  const agents = (await store.agents.list()).map(({ id, name }): [string, string] => [id, name]);
  return new Map([...joined, ...agents]);
}

function nameOf({ agent_id: id }: StoredWindow, names: Names): string {
  return id === null ? "all agents" : (names.get(id) ?? id);
}

/** For the audit: `maintenance Sun 02:00-04:00 Europe/Berlin: updates`. */
function inWords({ weekly, starts_at: from, ends_at: until, time_zone: zone, reason }: StoredWindow): string {
  const iso = (at: number | null) => (at === null ? "" : new Date(at).toISOString());
  const when = weekly === null ? `from ${iso(from)} until ${iso(until)}` : `${weekly} ${zone}`;
  return `maintenance ${when}${reason === "" ? "" : `: ${reason}`}`;
}

/** Undefined for one that is over. */
function toWindow(window: StoredWindow, names: Names, now: number): MaintenanceWindow | undefined {
  const time = openTime(window, now);
  if (!time) return undefined;
  return {
    id: window.id,
    ...(window.agent_id === null ? {} : { agent: nameOf(window, names) }),
    ...(window.weekly === null ? {} : { weekly: window.weekly }),
    timeZone: window.time_zone,
    reason: window.reason,
    by: window.created_by,
    at: new Date(window.created_at).toISOString(),
    from: new Date(time.from).toISOString(),
    until: new Date(time.until).toISOString(),
    open: time.from <= now,
  };
}
