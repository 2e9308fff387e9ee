import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../../protocol/api.ts";
import { BUILD_KINDS, BUILD_STATUSES, PACKAGE_TYPES } from "../../../protocol/build-types.ts";
import { fileNameFault } from "../../../protocol/file-names.ts";
import { may } from "../../accounts/principal.ts";
import { cancelBuild, requestBuild } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { BuildFilter, BuildWithApp } from "../../store/build-store.ts";
import { findApp, scopeOfRequest } from "../account-choice.ts";
import { principalOf, requirePermission } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { toBuild, toDetails } from "./build-view.ts";

const PAGE = 50;

/** What stands for "not given": older clients send null or an empty text. */
const absent = (value: unknown) => (value === null || value === "" ? undefined : value);
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(absent, schema.optional());

const fileName = z.string().superRefine((name, context) => {
  const fault = fileNameFault(name);
  if (fault) context.addIssue({ code: "custom", message: `a file name ${fault}` });
});

export const BUILD_REQUEST = z.strictObject({
  kind: z.enum(BUILD_KINDS),
  platform: optional(line(20)),
  buildType: optional(line(40)),
  packageType: optional(z.enum(PACKAGE_TYPES)),
  commit: line(250).regex(/^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/, "expected a commit, a branch or a tag"),
  targetPlatform: optional(line(200)),
  environment: optional(line(200)),
  nativeConfig: optional(line(200)),
  securityProfile: optional(line(200)),
  buildFileName: optional(fileName),
});

export const BUILDS_QUERY = z.strictObject({
  account: z.string().optional(),
  app: z.string().optional(),
  status: z.enum(BUILD_STATUSES).optional(),
  platform: z.string().optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(PAGE),
});

/** Asking for builds, looking at them, canceling them. */
export function buildRoutes(api: FastifyInstance, services: Services): void {
  api.post<{ Params: { app: string } }>(
    "/apps/:app/builds",
    told("Asks for a build", { body: BUILD_REQUEST, status: 201, answer: "Build" }),
    async (request, reply) => {
      const body = validate(BUILD_REQUEST, request.body) as BuildRequest;
      const principal = principalOf(request);
      const app = await findApp(services, principal, request.params.app, "build");
      return reply.code(201).send(toBuild(await requestBuild(services, app, body, { requestedBy: principal.name })));
    },
  );

  api.get("/builds", told("Builds, the newest first", { query: BUILDS_QUERY, answer: "Builds" }), async (request) => {
    const { app, account: _, ...query } = validate(BUILDS_QUERY, request.query);
    const accounts = await scopeOfRequest(services, request);
    const appId = app === undefined ? {} : { appId: (await findApp(services, principalOf(request), app, "read")).id };
    const filter = { ...query, ...appId, accounts, limit: query.limit + 1 } as BuildFilter;
    const rows = await services.store.builds.list(filter);
    const page = rows.slice(0, query.limit);
    const next = rows.length > page.length ? { next: page.at(-1)?.id } : {};
    const agents = await services.store.agents.list();
    const withAgent = page.map(async (row) => {
      const last = (await services.store.leases.ofBuild(row.id)).at(-1);
      return toBuild(row, agents.find((agent) => agent.id === last?.agent_id)?.name);
    });
    return { builds: await Promise.all(withAgent), ...next };
  });

  api.get<{ Params: { id: string } }>(
    "/builds/:id",
    told("A build with its steps and files", { answer: "BuildDetails" }),
    async (request) => toDetails(services, await findBuild(services, request)),
  );

  api.post<{ Params: { id: string } }>(
    "/builds/:id/cancel",
    told("Cancels a build", { answer: "Build" }),
    async (request) => {
      const build = await findBuild(services, request);
      requirePermission(principalOf(request), build.account_id, "build");
      await cancelBuild(services, build);
      return toBuild(await findBuild(services, request));
    },
  );
}

/** The build that `:id` of the path names. Throws NOT_FOUND, also for one that the person may not read. */
export async function findBuild(
  services: Services,
  request: FastifyRequest<{ Params: { id: string } }>,
): Promise<BuildWithApp> {
  const { id } = request.params;
  const row = /^\d{1,15}$/.test(id) ? await services.store.builds.find(Number(id)) : undefined;
  if (!row || !may(principalOf(request), row.account_id, "read"))
    throw errorOf("NOT_FOUND", { kind: "build", name: id, reason: "Builds are numbered from 1." });
  return row;
}
