import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { App } from "../../../protocol/app-api.ts";
import { hookAddress, remoteAddress } from "../../pushes/address.ts";
import { trustedBranches } from "../../pushes/trust.ts";
import type { Services } from "../../services.ts";
import type { AppChange } from "../../store/app-store.ts";
import type { AppRow } from "../../store/tables.ts";
import { ACCOUNT_QUERY, accountOf, findApp, scopeOfRequest } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { APP_LIMITS, limitColumns, limitFields } from "./app-limits.ts";
import { TRUSTED_BRANCHES, trustColumn } from "./app-trust.ts";

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

const onPush = { deployOnPush: z.boolean().optional(), cancelOlder: z.boolean().optional() };

export const NEW_APP = z
  .strictObject({
    name,
    gitUrl: gitUrl.optional(),
    subfolder: subfolder.default(""),
    gitUsername: z.string().max(200).default(""),
    gitPassword: z.string().max(10_000).optional(),
    ...onPush,
    ...APP_LIMITS,
  })
  .refine((app) => app.gitUrl !== undefined || (!app.gitUsername && !app.gitPassword), {
    error: "gitUsername and gitPassword are for a gitUrl",
  });

export const APP_CHANGE = z
  .strictObject({
    name: name.optional(),
    gitUrl: gitUrl.optional(),
    ownRemote: z.literal(true).optional(),
    subfolder: subfolder.optional(),
    gitUsername: z.string().max(200).optional(),
    gitPassword: z.string().max(10_000).optional(),
    ...onPush,
    ...APP_LIMITS,
    trustedBranches: TRUSTED_BRANCHES,
  })
  .refine((app) => !app.ownRemote || (app.gitUrl ?? app.gitUsername ?? app.gitPassword) === undefined, {
    error: "ownRemote takes the place of gitUrl, gitUsername and gitPassword",
  });

/** The apps that can be built. */
export function appRoutes(api: FastifyInstance, services: Services): void {
  const { store } = services;
  api.get("/apps", told("The apps that one may read", { query: ACCOUNT_QUERY, answer: "Apps" }), async (request) => {
    const apps = await store.apps.list(await scopeOfRequest(services, request));
    return { apps: apps.map((app) => toApp(services, app)) };
  });

  api.post(
    "/apps",
    told("Adds an app", { query: ACCOUNT_QUERY, body: NEW_APP, status: 201, answer: "App" }),
    async (request, reply) => {
      const account = await accountOf(services, request, "manage");
      return reply.code(201).send(toApp(services, await createApp(services, account, request)));
    },
  );

  api.get<{ Params: { app: string } }>(
    "/apps/:app",
    told("An app, by id or name", { answer: "App" }),
    async (request) => toApp(services, await findApp(services, principalOf(request), request.params.app, "read")),
  );

  api.patch<{ Params: { app: string } }>(
    "/apps/:app",
    told("Changes an app", { body: APP_CHANGE, answer: "App" }),
    async (request) => {
      const app = await findApp(services, principalOf(request), request.params.app, "manage");
      await changeApp(services, app, request);
      return toApp(services, (await store.apps.find(app.id)) as Selectable<AppRow>);
    },
  );

  api.delete<{ Params: { app: string } }>(
    "/apps/:app",
    told("Removes an app that has no builds", { status: 204 }),
    async (request, reply) => {
      const app = await findApp(services, principalOf(request), request.params.app, "manage");
      if (!(await store.apps.remove(app, authorOf(services, request)))) {
        throw errorOf("REQUEST_INVALID", {
          reason: `The app ${app.name} has builds, whose history would lose its app`,
        });
      }
      await services.repositories.remove(app.id);
      return reply.code(204).send();
    },
  );
}

async function createApp(services: Services, account: string, request: FastifyRequest): Promise<Selectable<AppRow>> {
  const { store, clock, repositories } = services;
  const body = validate(NEW_APP, request.body);
  const id = newId("a", 4);
  const isOwn = body.gitUrl === undefined;
  const app = {
    id,
    account_id: account,
    git_url: "",
    created_at: clock.now(),
    ...changeOf(body),
    name: body.name,
    subfolder: body.subfolder,
    git_username: body.gitUsername,
    own_remote: isOwn ? 1 : 0,
  };
  if (isOwn) await repositories.ensure(id);
  const row = await store.apps.create(app, passwordOf(services, id, body.gitPassword), authorOf(services, request));
  if (!row && isOwn) await repositories.remove(id);
  if (!row) throw errorOf("NAME_TAKEN", { kind: "an app", name: body.name });
  return row;
}

async function changeApp(services: Services, app: Selectable<AppRow>, request: FastifyRequest): Promise<void> {
  const body = validate(APP_CHANGE, request.body);
  if (app.own_remote === 1 && body.gitUrl === undefined && (body.gitUsername ?? body.gitPassword) !== undefined) {
    throw errorOf("REQUEST_INVALID", { reason: "gitUsername, gitPassword: the app has no gitUrl that they are for" });
  }
  const change = changeOf(body);
  const keepsPassword = body.gitPassword === undefined && !body.ownRemote;
  const password = keepsPassword ? undefined : passwordOf(services, app.id, body.gitPassword);
  const taken =
    change.name !== undefined && change.name !== app.name && (await hasApp(services, app.account_id, change.name));
  if (taken) throw errorOf("NAME_TAKEN", { kind: "an app", name: `${change.name}` });
  if (body.ownRemote) await services.repositories.ensure(app.id);
  await services.store.apps.update(app, change, password, authorOf(services, request));
}

function authorOf({ clock }: Services, request: FastifyRequest) {
  return { actor: principalOf(request).name, at: clock.now() };
}

function passwordOf({ sealer }: Services, id: string, password: string | undefined) {
  return () => (password ? sealer.seal(password, { kind: "app", name: id }) : null);
}

async function hasApp(services: Services, account: string, name: unknown): Promise<boolean> {
  return (await services.store.apps.list([account])).some((app) => app.name === name);
}

function changeOf(body: z.output<typeof APP_CHANGE>): AppChange {
  const change: AppChange = { ...limitColumns(body), ...trustColumn(body.trustedBranches) };
  if (body.name !== undefined) change.name = body.name;
  if (body.gitUrl !== undefined) Object.assign(change, { git_url: body.gitUrl, own_remote: 0 });
  if (body.ownRemote) Object.assign(change, { git_url: "", git_username: "", own_remote: 1 });
  if (body.deployOnPush !== undefined) change.deploy_on_push = body.deployOnPush ? 1 : 0;
  if (body.cancelOlder !== undefined) change.cancel_older = body.cancelOlder ? 1 : 0;
  if (body.subfolder !== undefined) change.subfolder = body.subfolder;
  if (body.gitUsername !== undefined) change.git_username = body.gitUsername;
  return change;
}

function toApp(services: Services, row: Selectable<AppRow>): App {
  return {
    id: row.id,
    account: row.account_id,
    name: row.name,
    gitUrl: remoteAddress(services, row),
    ownRemote: row.own_remote === 1,
    subfolder: row.subfolder,
    gitUsername: row.git_username,
    hasGitPassword: row.git_password !== null,
    deployOnPush: row.deploy_on_push === 1,
    cancelOlder: row.cancel_older === 1,
    hookUrl: hookAddress(services, row),
    hasPushSecret: row.push_secret !== null,
    ...limitFields(row),
    trustedBranches: trustedBranches(row) ?? null,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
