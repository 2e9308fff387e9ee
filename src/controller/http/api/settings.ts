import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import type { z } from "zod";
import type { NamedSetting } from "../../../protocol/api.ts";
import { notFound } from "../../queue/build-requests.ts";
import { settingPlace } from "../../secrets/sealer.ts";
import type { Services } from "../../services.ts";
import type { SettingKind } from "../../store/setting-store.ts";
import type { SettingRow } from "../../store/tables.ts";
import { ACCOUNT_QUERY, accountOf } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";

/** What of a setting may be shown, and what is sealed. */
export interface Split {
  shown: object;
  /** Null when nothing of it is secret. */
  secret: unknown;
}

export interface SettingRoutes {
  path: string;
  kind: SettingKind;
  mostBodyBytes: number;
  /** What `split` takes. */
  body: z.ZodType;
  /** Checks the body of a request and takes it apart. Throws what is wrong with it; then nothing is stored. */
  split: (body: unknown, name: string) => Split;
  /** What is shown of a row now, where that is more than what was stored. */
  show?: (row: Selectable<SettingRow>) => object;
}

/** The routes of one kind of setting: written whole, never read back with their secrets. */
export function settingRoutes(api: FastifyInstance, services: Services, routes: SettingRoutes): void {
  const { path, kind, mostBodyBytes: bodyLimit, body, split, show = storedPart } = routes;
  const { store, sealer, clock, logger } = services;
  api.get(
    path,
    told(`All of the kind ${kind}, without secrets`, { query: ACCOUNT_QUERY, answer: "Settings" }),
    async (request) => {
      const rows = await store.settings.list(await accountOf(services, request, "read"), kind);
      return { items: rows.map((row) => toSetting(row, show)) };
    },
  );

  api.put<{ Params: { name: string } }>(
    `${path}/:name`,
    { bodyLimit, ...told(`Writes one of the kind ${kind} whole`, { query: ACCOUNT_QUERY, body, answer: "Setting" }) },
    async (request) => {
      const account = await accountOf(services, request, "manage");
      const name = validate(line(200), request.params.name);
      const { shown, secret } = split(request.body, name);
      const seal = () => (secret === null ? null : sealer.seal(secret, settingPlace(account, kind, name)));
      const setting = { account, kind, name, shown: JSON.stringify(shown), seal, at: clock.now() };
      const row = await store.settings.put(setting, principalOf(request).name);
      logger.info({ account, kind, name }, "a setting was written");
      return toSetting(row, show);
    },
  );

  api.delete<{ Params: { name: string } }>(
    `${path}/:name`,
    told(`Removes one of the kind ${kind}`, { query: ACCOUNT_QUERY, status: 204 }),
    async (request, reply) => {
      const account = await accountOf(services, request, "manage");
      const { name } = request.params;
      const author = { actor: principalOf(request).name, at: clock.now() };
      if (!(await store.settings.remove(account, kind, name, author))) {
        const names = (await store.settings.list(account, kind)).map((row) => row.name);
        throw notFound(kind === "profile" ? "security profile" : kind.replace("-", " "), name, names);
      }
      logger.info({ account, kind, name }, "a setting was removed");
      return reply.code(204).send();
    },
  );
}

function storedPart(row: Selectable<SettingRow>): object {
  return JSON.parse(row.shown) as object;
}

function toSetting(row: Selectable<SettingRow>, show: (row: Selectable<SettingRow>) => object): NamedSetting {
  const { name, updated_at: at } = row;
  return { name, updatedAt: new Date(at).toISOString(), shown: { ...show(row) } };
}
