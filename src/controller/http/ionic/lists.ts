import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Selectable } from "kysely";
import type { IonicNamed } from "../../../protocol/ionic-api.ts";
import type { StoredProfile } from "../../profiles/stored-profile.ts";
import type { Services } from "../../services.ts";
import type { SettingKind } from "../../store/setting-store.ts";
import type { SettingRow } from "../../store/tables.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";
import { commitsOf } from "./commits.ts";
import { Page } from "./envelope.ts";
import { APP_PARAMS, PAGE_QUERY } from "./fields.ts";
import { numericId } from "./numeric-id.ts";
import { pageOf } from "./paging.ts";
import { stacksOf } from "./stacks.ts";

const SETTINGS: readonly (readonly [path: string, kind: SettingKind])[] = [
  ["profiles", "profile"],
  ["environments", "environment"],
  ["native-configs", "native-config"],
];

type OfApp = { Params: { app: string } };

/** What can be named in a request, with its number. Nothing secret. */
export function listRoutes(api: FastifyInstance, services: Services): void {
  const appOf = (request: FastifyRequest<OfApp>) =>
    findApp(services, principalOf(request), validate(APP_PARAMS, request.params).app, "read");

  api.get("/stacks", told("The target platforms by platform", { answer: "IonicList" }), async () => {
    const stacks = await stacksOf(services);
    return new Page(stacks, stacks.length);
  });

  api.get<OfApp>(
    "/apps/:app/commits",
    told("The commits that were pushed or built, the newest first", { answer: "IonicList", query: PAGE_QUERY }),
    async (request) => pageOf(request, await commitsOf(services, (await appOf(request)).id)),
  );

  for (const [path, kind] of SETTINGS) {
    api.get<OfApp>(
      `/apps/:app/${path}`,
      told(`What a request can name: ${path}`, { answer: "IonicList", query: PAGE_QUERY }),
      async (request) => {
        const rows = await services.store.settings.list((await appOf(request)).account_id, kind);
        return pageOf(request, rows.map(toNamed));
      },
    );
  }

  for (const path of ["channels", "distribution-credentials"]) {
    api.get<OfApp>(
      `/apps/:app/${path}`,
      told(`None: there are no ${path}`, { answer: "IonicList", query: PAGE_QUERY }),
      async (request) => {
        await appOf(request);
        return pageOf<IonicNamed>(request, []);
      },
    );
  }
}

function toNamed({ kind, name, shown }: Selectable<SettingRow>): IonicNamed {
  const named = { id: numericId(kind, name), name };
  return kind === "profile" ? { ...named, tag: name, type: (JSON.parse(shown) as StoredProfile).type } : named;
}
