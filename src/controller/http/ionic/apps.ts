import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import { errorOf } from "../../../base/errors/millwright-error.ts";
import { newId } from "../../../base/ids.ts";
import type { IonicApp } from "../../../protocol/ionic-api.ts";
import { scopeOf } from "../../accounts/principal.ts";
import { remoteAddress } from "../../pushes/address.ts";
import type { Services } from "../../services.ts";
import type { AppRow } from "../../store/tables.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";
import { Page } from "./envelope.ts";
import { APP_PARAMS, optional, PAGE_QUERY } from "./fields.ts";
import { accountNamed } from "./organisation.ts";
import { pageOf } from "./paging.ts";

export const NEW_APP_BODY = z.object({
  name: line(100).regex(/^[^/?#%]+$/, "expected a name without / ? # %"),
  org_id: optional(z.union([z.string().max(200), z.number()])),
});

/** The apps that a project can be linked with. */
export function appRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;
  api.get(
    "/apps",
    told("The apps that a project can be linked with", { answer: "IonicList", query: PAGE_QUERY }),
    async (request) => {
      const apps = await store.apps.list(scopeOf(principalOf(request), "read"));
      const page = pageOf(request, apps);
      return new Page(await Promise.all(page.items.map((app) => toIonicApp(services, app))), page.total);
    },
  );

  api.get<{ Params: { app: string } }>("/apps/:app", told("An app", { answer: "IonicAnswer" }), async (request) => {
    const { app } = validate(APP_PARAMS, request.params);
    return toIonicApp(services, await findApp(services, principalOf(request), app, "read"));
  });

  api.post(
    "/apps",
    told("Adds an app with a git remote of its own", { body: NEW_APP_BODY, status: 201, answer: "IonicAnswer" }),
    async (request, reply) => {
      const principal = principalOf(request);
      const { name, org_id: organisation } = validate(NEW_APP_BODY, request.body);
      const account = await accountNamed(
        services,
        principal,
        organisation === undefined ? undefined : `${organisation}`,
      );
      const app = { id: newId("a", 4), account_id: account.id, name, git_url: "", subfolder: "", git_username: "" };
      const made = { ...app, own_remote: 1, created_at: clock.now() };
      const row = await store.apps.create(made, () => null, { actor: principal.name, at: clock.now() });
      if (!row) throw errorOf("NAME_TAKEN", { kind: "an app", name });
      return reply.code(201).send(await toIonicApp(services, row));
    },
  );
}

async function toIonicApp(services: Services, app: Selectable<AppRow>): Promise<IonicApp> {
  const account = await services.store.accounts.find(app.account_id);
  return {
    id: app.id,
    name: app.name,
    slug: slugOf(app.name),
    org: { id: app.account_id, name: account?.name ?? app.account_id },
    repo_url: withoutLogin(remoteAddress(services, app)),
    association: null,
    web_preview: false,
  };
}

function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-|-$/g, "") || "app";
}

/** The CLI writes it into the clone's configuration: what a person wrote into the address to log in with stays here. */
function withoutLogin(address: string): string | null {
  if (address === "") return null;
  if (!/^https?:/.test(address) || !URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}
