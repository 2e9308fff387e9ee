import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { NamedSetting } from "../../../protocol/api.ts";
import { notFound } from "../../queue/build-requests.ts";
import { purposeOf } from "../../secrets/materials.ts";
import type { Services } from "../../services.ts";
import type { SettingKind } from "../../store/setting-store.ts";
import type { SettingRow } from "../../store/tables.ts";
import { line, validate } from "../validate.ts";

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name");

const PROFILE = z.strictObject({
  type: z.enum(["development", "production"]),
  android: z
    .strictObject({
      fileName: line(200),
      keystoreBase64: z.base64("expected base64").min(1, "expected a keystore"),
      storePassword: z.string().min(1, "expected a password"),
      alias: line(200),
      keyPassword: z.string().min(1).optional(),
    })
    .optional(),
});

const ENVIRONMENT = z.strictObject({
  variables: z.record(variableName, z.string().max(100_000)).default({}),
  secrets: z.record(variableName, z.string().max(100_000)).default({}),
});

const NATIVE_CONFIG = z.strictObject({
  appName: line(100).optional(),
  bundleId: line(200).optional(),
  version: line(50).optional(),
  buildNumber: line(20).optional(),
  preferences: z.record(line(100), z.string().max(1000)).optional(),
});

/** What of a setting may be shown, and what is sealed. */
interface Split {
  shown: Record<string, unknown>;
  secret: unknown;
}

function splitProfile(body: z.output<typeof PROFILE>): Split {
  const { android } = body;
  if (!android) return { shown: { type: body.type }, secret: null };
  const secret = { android: { ...android, keyPassword: android.keyPassword ?? android.storePassword } };
  return { shown: { type: body.type, android: { fileName: android.fileName, alias: android.alias } }, secret };
}

function splitEnvironment(body: z.output<typeof ENVIRONMENT>): Split {
  const names = Object.keys(body.secrets).sort();
  const secret = names.length > 0 ? { secrets: body.secrets } : null;
  return { shown: { variables: body.variables, secretNames: names }, secret };
}

/** Security profiles, environments and native configs: written whole, never read back with their secrets. */
export function settingRoutes(api: FastifyInstance, services: Services): void {
  register(api, services, "/profiles", "profile", (body) => splitProfile(validate(PROFILE, body)));
  register(api, services, "/environments", "environment", (body) => splitEnvironment(validate(ENVIRONMENT, body)));
  register(api, services, "/native-configs", "native-config", (body) => ({
    shown: validate(NATIVE_CONFIG, body),
    secret: null,
  }));
}

function register(
  api: FastifyInstance,
  services: Services,
  path: string,
  kind: SettingKind,
  split: (body: unknown) => Split,
): void {
  const { store, sealer, clock } = services;
  api.get(path, async () => ({ items: (await store.settings.list(kind)).map(toSetting) }));

  api.put<{ Params: { name: string } }>(`${path}/:name`, async (request) => {
    const name = validate(line(200), request.params.name);
    const { shown, secret } = split(request.body);
    const sealed = secret === null ? null : sealer.seal(secret, purposeOf(kind, name));
    const row = { kind, name, shown: JSON.stringify(shown), sealed, updated_at: clock.now() };
    await store.settings.put(row);
    services.logger.info({ kind, name }, "a setting was written");
    return toSetting(row);
  });

  api.delete<{ Params: { name: string } }>(`${path}/:name`, async (request, reply) => {
    const { name } = request.params;
    if (!(await store.settings.remove(kind, name))) {
      const names = (await store.settings.list(kind)).map((row) => row.name);
      throw notFound(kind.replace("-", " "), name, names);
    }
    services.logger.info({ kind, name }, "a setting was removed");
    return reply.code(204).send();
  });
}

function toSetting(row: Selectable<SettingRow>): NamedSetting {
  return {
    name: row.name,
    updatedAt: new Date(row.updated_at).toISOString(),
    shown: JSON.parse(row.shown) as Record<string, unknown>,
  };
}
