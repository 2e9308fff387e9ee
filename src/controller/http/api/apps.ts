import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { App } from "../../../protocol/api.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { AppChange } from "../../store/app-store.ts";
import type { AppRow } from "../../store/tables.ts";
import { ADMIN } from "../authenticate.ts";
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
  const author = () => ({ actor: ADMIN, at: clock.now() });
  const passwordOf = (id: string, password: string | undefined) => () =>
    password ? sealer.seal(password, { kind: "app", name: id }) : null;

  api.get("/apps", async () => ({ apps: (await store.apps.list()).map(toApp) }));

  api.post("/apps", async (request, reply) => {
    const body = validate(REQUEST, request.body);
    const id = newId("a", 4);
    const app = {
      id,
      name: body.name,
      git_url: body.gitUrl,
      subfolder: body.subfolder,
      git_username: body.gitUsername,
      created_at: clock.now(),
    };
    const row = await store.apps.create(app, passwordOf(id, body.gitPassword), author());
    if (!row) throw errorOf("NAME_TAKEN", { kind: "an app", name: body.name });
    return reply.code(201).send(toApp(row));
  });

  api.get<{ Params: { app: string } }>("/apps/:app", async (request) =>
    toApp(await findApp(services, request.params.app)),
  );

  api.patch<{ Params: { app: string } }>("/apps/:app", async (request) => {
    const app = await findApp(services, request.params.app);
    const body = validate(CHANGE, request.body);
    const change = changeOf(body);
    const password = body.gitPassword === undefined ? undefined : passwordOf(app.id, body.gitPassword);
    const taken = change.name !== undefined && change.name !== app.name && (await store.apps.find(change.name));
    if (taken) throw errorOf("NAME_TAKEN", { kind: "an app", name: change.name ?? "" });
    await store.apps.update(app, change, password, author());
    return toApp(await findApp(services, app.id));
  });

  api.delete<{ Params: { app: string } }>("/apps/:app", async (request, reply) => {
    const app = await findApp(services, request.params.app);
    if (!(await store.apps.remove(app, author()))) {
      throw errorOf("REQUEST_INVALID", { reason: `The app ${app.name} has builds, whose history would lose its app` });
    }
    return reply.code(204).send();
  });
}

/** The app of that id or name. Throws NOT_FOUND with the names that exist. */
export async function findApp(services: Services, key: string): Promise<Selectable<AppRow>> {
  const app = await services.store.apps.find(key);
  if (app) return app;
  const names = (await services.store.apps.list()).map((each) => each.name);
  throw notFound("app", key, names);
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
