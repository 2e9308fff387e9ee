import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../../protocol/api.ts";
import { BUILD_KINDS, BUILD_STATUSES, PACKAGE_TYPES } from "../../../protocol/build-types.ts";
import { fileNameFault } from "../../../protocol/file-names.ts";
import { type AccountScope, may } from "../../accounts/principal.ts";
import { cancelBuild, requestBuild } from "../../queue/build-requests.ts";
import { retryBuild } from "../../queue/retry.ts";
import type { Services } from "../../services.ts";
import type { BuildFilter, BuildWithApp } from "../../store/build-store.ts";
import { findApp, scopeOfRequest } from "../account-choice.ts";
import { principalOf, requirePermission } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { toBuild, toDetails } from "./build-view.ts";
import { shownBuilds } from "./shown-builds.ts";

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
  kind: z.enum(BUILD_KINDS).optional(),
  branch: z.string().min(1).optional(),
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
    const { app, account: _, limit, ...query } = validate(BUILDS_QUERY, request.query);
    const whose = await buildsOfRequest(services, request, app);
    const rows = await services.store.builds.list({ ...query, ...whose, limit: limit + 1 } as BuildFilter);
    const page = rows.slice(0, limit);
    const next = rows.length > page.length ? { next: page.at(-1)?.id } : {};
    return { builds: await shownBuilds(services, page), ...next };
  });

  api.get<{ Params: { id: string } }>(
    "/builds/:id",
    told("A build with its steps and files", { answer: "BuildDetails" }),
    async (request) => toDetails(services, await findBuild(services, request)),
  );

  api.post<{ Params: { id: string } }>(
    "/builds/:id/retry",
    told("Asks for the same build again, with the very commit", { status: 201, answer: "Build" }),
    async (request, reply) => {
      const build = await findBuild(services, request);
      const principal = principalOf(request);
      requirePermission(principal, build.account_id, "build");
      return reply.code(201).send(toBuild(await retryBuild(services, build, principal.name)));
    },
  );

  api.post<{ Params: { id: string } }>(
    "/builds/:id/cancel",
    told("Cancels a build", { answer: "Build" }),
    async (request) => {
      const build = await findBuild(services, request);
      const principal = principalOf(request);
      requirePermission(principal, build.account_id, "build");
      await cancelBuild(services, build, principal.name);
      return toBuild(await findBuild(services, request));
    },
  );
}

/** Whose builds a request is about: those of an app, of the account that it names, or of all that the person may read. */
export async function buildsOfRequest(
  services: Services,
  request: FastifyRequest,
  app: string | undefined,
): Promise<{ accounts: AccountScope; appId?: string }> {
  const accounts = await scopeOfRequest(services, request);
  if (app === undefined) return { accounts };
  const { id, account_id: account } = await findApp(services, principalOf(request), app, "read");
  return { accounts: accounts === "all" || accounts.includes(account) ? [account] : [], appId: id };
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
