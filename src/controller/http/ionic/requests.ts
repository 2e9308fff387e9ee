import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { BuildRequest } from "../../../protocol/api.ts";
import type { IonicBuild } from "../../../protocol/ionic-api.ts";
import { requestBuild } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { toIonicBuild } from "./build-view.ts";
import { APP_PARAMS, commit, name, optional } from "./fields.ts";
import { channelNotOffered, destinationNotOffered } from "./not-offered.ts";
import { targetPlatform } from "./stacks.ts";

export const PACKAGE_BODY = z.object({
  platform: line(20),
  build_type: line(40),
  commit_sha: commit,
  stack_name: optional(name),
  profile_name: optional(name),
  environment_name: optional(name),
  native_config_name: optional(name),
  distribution_credential_name: optional(name),
});

export const DEPLOY_BODY = z.object({
  commit_sha: commit,
  environment_name: optional(name),
  channel_names: optional(z.array(name).max(100)),
});

export const DISTRIBUTION_BODY = z.object({
  package_build_id: optional(z.union([z.string().max(100), z.number()])),
  distribution_credential_name: optional(name),
});

type OfApp = { Params: { app: string } };

/** Asking for builds by names, as the Ionic CLIs do. */
export function requestRoutes(api: FastifyInstance, services: Services): void {
  api.post<OfApp>(
    "/apps/:app/packages/verbose_post",
    told("Asks for a package build, by names", { body: PACKAGE_BODY, status: 201, answer: "IonicAnswer" }),
    async (request, reply) => {
      const body = validate(PACKAGE_BODY, request.body);
      const destination = body.distribution_credential_name;
      if (destination !== undefined) throw destinationNotOffered(destination);
      const wanted = {
        kind: "package" as const,
        platform: body.platform,
        buildType: body.build_type,
        commit: body.commit_sha,
        targetPlatform: targetPlatform(body.stack_name),
        securityProfile: body.profile_name,
        environment: body.environment_name,
        nativeConfig: body.native_config_name,
      };
      return reply.code(201).send(await begin(services, request, wanted));
    },
  );

  api.post<OfApp>(
    "/apps/:app/deploys/verbose_post",
    told("Asks for a deploy build, by names", { body: DEPLOY_BODY, status: 201, answer: "IonicAnswer" }),
    async (request, reply) => {
      const body = validate(DEPLOY_BODY, request.body);
      const [channel] = body.channel_names ?? [];
      if (channel !== undefined) throw channelNotOffered(channel);
      const wanted = { kind: "deploy" as const, commit: body.commit_sha, environment: body.environment_name };
      return reply.code(201).send(await begin(services, request, wanted));
    },
  );

  api.post<OfApp>(
    "/apps/:app/distributions/verbose_post",
    told("Not offered: files aren't sent to app stores", { body: DISTRIBUTION_BODY, status: 404 }),
    async (request) => {
      const body = validate(DISTRIBUTION_BODY, request.body);
      throw destinationNotOffered(body.distribution_credential_name ?? "");
    },
  );
}

/** A request with what is not given left out or undefined. */
type Wanted = { [Field in keyof BuildRequest]: BuildRequest[Field] | undefined } & Pick<
  BuildRequest,
  "kind" | "commit"
>;

/** Takes the build into the queue and shows it. Refuses what can't be built with the names that exist. */
export async function begin(services: Services, request: FastifyRequest<OfApp>, wanted: Wanted): Promise<IonicBuild> {
  const principal = principalOf(request);
  const app = await findApp(services, principal, validate(APP_PARAMS, request.params).app, "build");
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const build = await requestBuild(services, app, given as unknown as BuildRequest, { requestedBy: principal.name });
  return toIonicBuild(services, build, { trace: "", canceledEnds: true });
}
