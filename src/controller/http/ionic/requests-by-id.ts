import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { HostPlatform } from "../../../protocol/build-types.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { SettingKind } from "../../store/setting-store.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { commitOfId } from "./commits.ts";
import { APP_PARAMS, id, name, optional } from "./fields.ts";
import { channelNotOffered, destinationNotOffered } from "./not-offered.ts";
import { numericId } from "./numeric-id.ts";
import { begin } from "./requests.ts";
import { stackOfId } from "./stacks.ts";

export const PACKAGE_BY_ID_BODY = z.object({
  platform: z.string().max(20).toLowerCase(),
  build_type: z.string().max(40),
  commit_id: id,
  stack_id: optional(id),
  profile_tag: optional(name),
  environment_id: optional(id),
  native_config_id: optional(id),
  distribution_credential_id: optional(z.union([z.string().max(100), z.number()])),
});

export const DEPLOY_BY_ID_BODY = z.object({
  commit_id: id,
  stack_id: optional(id),
  environment_id: optional(id),
  channel_ids: optional(z.array(z.union([z.string().max(100), z.number()])).max(100)),
  web_preview: optional(z.boolean()),
});

type OfApp = { Params: { app: string } };

/** Asking for builds by numbers, as Appflow's GitHub action does. */
export function requestByIdRoutes(api: FastifyInstance, services: Services): void {
  for (const path of ["/apps/:app/packages", "/apps/:app/packages/"]) {
    api.post<OfApp>(
      path,
      told("Asks for a package build, by numbers", { body: PACKAGE_BY_ID_BODY, status: 201, answer: "IonicAnswer" }),
      async (request, reply) => {
        const body = validate(PACKAGE_BY_ID_BODY, request.body);
        const app = await findApp(services, principalOf(request), validate(APP_PARAMS, request.params).app, "build");
        if (body.distribution_credential_id !== undefined)
          throw destinationNotOffered(`${body.distribution_credential_id}`);
        const wanted = {
          kind: "package" as const,
          platform: body.platform,
          buildType: body.build_type,
          commit: await commitOfId(services, app.id, body.commit_id),
          targetPlatform: await stack(services, body.platform as HostPlatform, body.stack_id),
          securityProfile: body.profile_tag,
          environment: await settingOfId(services, app.account_id, "environment", body.environment_id),
          nativeConfig: await settingOfId(services, app.account_id, "native-config", body.native_config_id),
        };
        return reply.code(201).send(await begin(services, request, wanted));
      },
    );
  }

  for (const path of ["/apps/:app/deploys", "/apps/:app/deploys/"]) {
    api.post<OfApp>(
      path,
      told("Asks for a deploy build, by numbers", { body: DEPLOY_BY_ID_BODY, status: 201, answer: "IonicAnswer" }),
      async (request, reply) => {
        const body = validate(DEPLOY_BY_ID_BODY, request.body);
        const app = await findApp(services, principalOf(request), validate(APP_PARAMS, request.params).app, "build");
        const [channel] = body.channel_ids ?? [];
        if (channel !== undefined) throw channelNotOffered(`${channel}`);
        const wanted = {
          kind: "deploy" as const,
          commit: await commitOfId(services, app.id, body.commit_id),
          targetPlatform: await stack(services, "web", body.stack_id),
          environment: await settingOfId(services, app.account_id, "environment", body.environment_id),
        };
        return reply.code(201).send(await begin(services, request, wanted));
      },
    );
  }
}

async function stack(services: Services, platform: HostPlatform, stackId: number | undefined) {
  const known = platform === "ios" || platform === "android" || platform === "web";
  return stackId === undefined || !known ? undefined : stackOfId(services, platform, stackId);
}

async function settingOfId({ store }: Services, account: string, kind: SettingKind, wanted: number | undefined) {
  if (wanted === undefined) return undefined;
  const rows = await store.settings.list(account, kind);
  const row = rows.find((each) => numericId(kind, each.name) === wanted);
  if (row) return row.name;
  const known = rows.map((each) => `${numericId(kind, each.name)} (${each.name})`);
  throw notFound(kind.replace("-", " "), `${wanted}`, known);
}
