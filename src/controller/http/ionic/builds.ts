import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import type { BuildKind } from "../../../protocol/build-types.ts";
import type { IonicBuild } from "../../../protocol/ionic-api.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { toIonicBuild } from "./build-view.ts";
import { BUILD_PARAMS } from "./fields.ts";
import { canceledEndsAnyBuild, canceledEndsBuild } from "./states.ts";
import { Traces } from "./traces.ts";

type BuildOfApp = { Params: { app: string; build: string } };

/** What the CLIs ask every five seconds until a build has ended. */
export function buildRoutes(api: FastifyInstance, services: Services): void {
  const traces = new Traces(services);
  const show = async (build: BuildWithApp, canceledEnds: boolean): Promise<IonicBuild> =>
    toIonicBuild(services, build, { trace: await traces.of(build), canceledEnds });

  api.get<BuildOfApp>(
    "/apps/:app/packages/:build",
    told("A package build with its log", { answer: "IonicAnswer" }),
    async (request) =>
      show(await findBuildOfApp(services, request, "package"), canceledEndsBuild(request.headers["user-agent"])),
  );
  api.get<BuildOfApp>(
    "/apps/:app/deploys/:build",
    told("A deploy build with its log", { answer: "IonicAnswer" }),
    async (request) =>
      show(await findBuildOfApp(services, request, "deploy"), canceledEndsBuild(request.headers["user-agent"])),
  );
  api.get<BuildOfApp>(
    "/apps/:app/builds/:build",
    told("A build of either kind with its log", { answer: "IonicAnswer" }),
    async (request) =>
      show(await findBuildOfApp(services, request), canceledEndsAnyBuild(request.headers["user-agent"])),
  );
}

/** The build that the path names, of the app that it names. Throws NOT_FOUND, also for those that the person may not read. */
export async function findBuildOfApp(
  services: Services,
  request: FastifyRequest<BuildOfApp>,
  kind?: BuildKind,
): Promise<BuildWithApp> {
  const params = validate(BUILD_PARAMS, request.params);
  const app = await findApp(services, principalOf(request), params.app, "read");
  const row = /^\d{1,15}$/.test(params.build) ? await services.store.builds.find(Number(params.build)) : undefined;
  if (row && row.app_id === app.id && (kind === undefined || row.kind === kind)) return row;
  const name = params.build;
  throw errorOf("NOT_FOUND", {
    kind: `${kind ?? ""} build`.trim(),
    name,
    reason: `${app.name} has none of that number.`,
  });
}
