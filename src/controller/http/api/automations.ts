import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { Automation, AutomationRequest } from "../../../protocol/push-api.ts";
import { patternFault } from "../../automations/branch-patterns.ts";
import { requestFault } from "../../automations/request-fault.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { AutomationRow } from "../../store/push-tables.ts";
import type { AppRow } from "../../store/tables.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { BUILD_REQUEST } from "./builds.ts";

const name = line(100).regex(/^[^/?#%]+$/, "expected a name without / ? # %");
const branches = z.array(line(250)).min(1, "expected at least one pattern").max(50);
const request = BUILD_REQUEST.omit({ commit: true });

export const NEW_AUTOMATION = z.strictObject({ name, branches, request, enabled: z.boolean().default(true) });
export const AUTOMATION_CHANGE = z.strictObject({
  name: name.optional(),
  branches: branches.optional(),
  request: request.optional(),
  enabled: z.boolean().optional(),
});

type OfApp = { Params: { app: string } };
type OfAutomation = { Params: { app: string; name: string } };

/** What is built by itself when branches are pushed. */
export function automationRoutes(api: FastifyInstance, services: Services): void {
  const { automations } = services.store;
  const path = "/apps/:app/automations";
  const author = (asked: FastifyRequest) => ({ actor: principalOf(asked).name, at: services.clock.now() });
  const appOf = (asked: FastifyRequest<OfApp>, permission: "read" | "manage") =>
    findApp(services, principalOf(asked), asked.params.app, permission);

  api.get<OfApp>(path, told("The automations of an app", { answer: "Automations" }), async (asked) => {
    const app = await appOf(asked, "read");
    const rows = await automations.list(app.id);
    return { automations: await Promise.all(rows.map((row) => toAutomation(services, app, row))) };
  });

  api.get<OfAutomation>(`${path}/:name`, told("An automation", { answer: "Automation" }), async (asked) => {
    const app = await appOf(asked, "read");
    return toAutomation(services, app, await mustFind(services, app, asked.params.name));
  });

  api.post<OfApp>(
    path,
    told("Adds an automation", { body: NEW_AUTOMATION, status: 201, answer: "Automation" }),
    async (asked, reply) => {
      const app = await appOf(asked, "manage");
      const body = validate(NEW_AUTOMATION, asked.body);
      await check(services, app, body);
      const id = newId("t", 4);
      const row = { id, app_id: app.id, created_at: services.clock.now(), ...columnsOf(body), name: body.name };
      if (!(await automations.create(app, { branches: "", request: "", enabled: 1, ...row }, author(asked))))
        throw taken(body.name);
      return reply.code(201).send(await toAutomation(services, app, await mustFind(services, app, id)));
    },
  );

  api.patch<OfAutomation>(
    `${path}/:name`,
    told("Changes an automation", { body: AUTOMATION_CHANGE, answer: "Automation" }),
    async (asked) => {
      const app = await appOf(asked, "manage");
      const body = validate(AUTOMATION_CHANGE, asked.body);
      const row = await mustFind(services, app, asked.params.name);
      await check(services, app, body);
      if (!(await automations.change(app, row, columnsOf(body), author(asked)))) throw taken(`${body.name}`);
      return toAutomation(services, app, await mustFind(services, app, row.id));
    },
  );

  api.delete<OfAutomation>(`${path}/:name`, told("Removes an automation", { status: 204 }), async (asked, reply) => {
    const app = await appOf(asked, "manage");
    await automations.remove(app, await mustFind(services, app, asked.params.name), author(asked));
    return reply.code(204).send();
  });
}

type Change = z.output<typeof AUTOMATION_CHANGE>;

/** What can't be requested now is refused now: later nobody would be there to read it. */
async function check(services: Services, app: Selectable<AppRow>, change: Change): Promise<void> {
  for (const pattern of change.branches ?? []) {
    const reason = patternFault(pattern);
    if (reason !== undefined) throw errorOf("PATTERN_INVALID", { pattern, reason });
  }
  const fault = change.request && (await requestFault(services, app, change.request as AutomationRequest));
  if (fault) throw fault;
}

function columnsOf(change: Change) {
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.branches === undefined ? {} : { branches: JSON.stringify([...new Set(change.branches)]) }),
    ...(change.request === undefined ? {} : { request: JSON.stringify(change.request) }),
    ...(change.enabled === undefined ? {} : { enabled: change.enabled ? 1 : 0 }),
  };
}

async function mustFind(services: Services, app: Selectable<AppRow>, key: string): Promise<Selectable<AutomationRow>> {
  const row = await services.store.automations.find(app.id, key);
  if (row) return row;
  const known = await services.store.automations.list(app.id);
  throw notFound(
    "automation",
    key,
    known.map((each) => each.name),
  );
}

function taken(name: string): Error {
  return errorOf("NAME_TAKEN", { kind: "an automation", name });
}

async function toAutomation(
  services: Services,
  app: Selectable<AppRow>,
  row: Selectable<AutomationRow>,
): Promise<Automation> {
  const asked = JSON.parse(row.request) as AutomationRequest;
  const fault = await requestFault(services, app, asked);
  return {
    id: row.id,
    name: row.name,
    branches: JSON.parse(row.branches) as string[],
    request: asked,
    enabled: row.enabled === 1,
    createdAt: new Date(row.created_at).toISOString(),
    ...(fault ? { fault: `${fault.failure.what} ${fault.failure.why}` } : {}),
  };
}
