import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { App } from "../../../protocol/api.ts";
import type { Services } from "../../services.ts";
import type { AppChange } from "../../store/app-store.ts";
import type { AppRow } from "../../store/tables.ts";
import { accountOf, findApp, scopeOfRequest } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { line, validate } from "../validate.ts";

const name = line(100).regex(/^[^/?#%]+$/, "expected a name without / ? # %");
const gitUrl = line(2000).regex(
  /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$|^\/\S/,
  "expected a git address: https://…, ssh://…, git@host:path or /path",
);
const subfolder = z
  .string()
  .max(500)
  .transform((text) => text.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, ""))
  .refine((text) => !text.split("/").includes(".."), "expected a folder inside the repository");

const REQUEST = z.strictObject({
  name,
  gitUrl,
  subfolder: subfolder.default(""),
  gitUsername: z.string().max(200).default(""),
  gitPassword: z.string().max(10_000).optional(),
});

const CHANGE = z.strictObject({
  name: name.optional(),
  gitUrl: gitUrl.optional(),
  subfolder: subfolder.optional(),
  gitUsername: z.string().max(200).optional(),
  gitPassword: z.string().max(10_000).optional(),
});

/** The apps that can be built. */
export function appRoutes(api: FastifyInstance, services: Services): void {
  const { store, sealer, clock } = services;
  const author = (request: FastifyRequest) => ({ actor: principalOf(request).name, at: clock.now() });
  const passwordOf = (id: string, password: string | undefined) => () =>
    password ? sealer.seal(password, { kind: "app", name: id }) : null;

  api.get("/apps", async (request) => {
    const apps = await store.apps.list(await scopeOfRequest(services, request));
    return { apps: apps.map(toApp) };
  });

  api.post("/apps", async (request, reply) => {
    const account = await accountOf(services, request, "manage");
    const body = validate(REQUEST, request.body);
    const id = newId("a", 4);
    const app = {
      id,
      account_id: account,
      name: body.name,
      git_url: body.gitUrl,
      subfolder: body.subfolder,
      git_username: body.gitUsername,
      created_at: clock.now(),
    };
    const row = await store.apps.create(app, passwordOf(id, body.gitPassword), author(request));
    if (!row) throw errorOf("NAME_TAKEN", { kind: "an app", name: body.name });
    return reply.code(201).send(toApp(row));
  });

  api.get<{ Params: { app: string } }>("/apps/:app", async (request) =>
    toApp(await findApp(services, principalOf(request), request.params.app, "read")),
  );

  api.patch<{ Params: { app: string } }>("/apps/:app", async (request) => {
    const app = await findApp(services, principalOf(request), request.params.app, "manage");
    const body = validate(CHANGE, request.body);
    const change = changeOf(body);
    const password = body.gitPassword === undefined ? undefined : passwordOf(app.id, body.gitPassword);
    const taken =
      change.name !== undefined && change.name !== app.name && (await hasApp(services, app.account_id, change.name));
    if (taken) throw errorOf("NAME_TAKEN", { kind: "an app", name: `${change.name}` });
    await store.apps.update(app, change, password, author(request));
    return toApp((await store.apps.find(app.id)) as Selectable<AppRow>);
  });

  api.delete<{ Params: { app: string } }>("/apps/:app", async (request, reply) => {
    const app = await findApp(services, principalOf(request), request.params.app, "manage");
    if (!(await store.apps.remove(app, author(request)))) {
      throw errorOf("REQUEST_INVALID", { reason: `The app ${app.name} has builds, whose history would lose its app` });
    }
    return reply.code(204).send();
  });
}

async function hasApp(services: Services, account: string, name: unknown): Promise<boolean> {
  return (await services.store.apps.list([account])).some((app) => app.name === name);
}

function changeOf(body: z.output<typeof CHANGE>): AppChange {
  const change: AppChange = {};
  if (body.name !== undefined) change.name = body.name;
  if (body.gitUrl !== undefined) change.git_url = body.gitUrl;
  if (body.subfolder !== undefined) change.subfolder = body.subfolder;
  if (body.gitUsername !== undefined) change.git_username = body.gitUsername;
  return change;
}

function toApp(row: Selectable<AppRow>): App {
  return {
    id: row.id,
    name: row.name,
    gitUrl: row.git_url,
    subfolder: row.subfolder,
    gitUsername: row.git_username,
    hasGitPassword: row.git_password !== null,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
