import type { FastifyInstance } from "fastify";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { TargetPlatform, TargetPlatforms } from "../../../protocol/queue-api.ts";
import { HOST_SYSTEMS } from "../../../protocol/requirement.ts";
import { xcodeWishOf } from "../../../protocol/target-platform.ts";
import { targetPlatformsOf } from "../../agents/target-platforms.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";
import type { TargetPlatformRow } from "../../store/tables.ts";
import { principalOf, requireOperator } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { line, validate } from "../validate.ts";

/** What stands for "not given": as in requests for builds. */
const absent = (value: unknown) => (value === null || value === "" ? undefined : value);
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(absent, schema.optional());

export const TARGET_PLATFORM_PARAMS = z.strictObject({ name: line(200) });

export const TARGET_PLATFORM_REQUEST = z
  .strictObject({
    os: z.enum([...HOST_SYSTEMS, "any"]),
    xcode: optional(
      line(100).refine((text) => xcodeWishOf(text), "expected a version or a range, such as 26.0 or 16.x"),
    ),
    label: optional(line(200)),
    preferred: z.boolean().default(false),
    notice: optional(line(500)),
    retired: z.boolean().default(false),
    position: optional(z.int().min(0).max(1_000_000)),
  })
  .refine(({ os, xcode }) => xcode === undefined || os === "macos", "xcode: expected only with os macos")
  .refine(({ preferred, retired }) => !preferred || !retired, "preferred: what is retired can't be preferred");

/** The target platforms: the operator's, and what the agents offer besides. */
export function targetPlatformRoutes(api: FastifyInstance, services: Services): void {
  const { store, clock } = services;

  api.get(
    "/target-platforms",
    told("The target platforms", { answer: "TargetPlatforms" }),
    async (): Promise<TargetPlatforms> => {
      const defined = (await store.targetPlatforms.list()).map(toTargetPlatform);
      const names = defined.filter(({ retired }) => !retired).map(({ name }) => name);
      const offered = targetPlatformsOf(await store.agents.list());
      const known = new Set(defined.map(({ name }) => name));
      return { targetPlatforms: [...names, ...offered.filter((name) => !known.has(name))], defined };
    },
  );

  api.put<{ Params: { name: string } }>(
    "/target-platforms/:name",
    told("Writes a target platform; for operators", { body: TARGET_PLATFORM_REQUEST, answer: "TargetPlatform" }),
    async (request): Promise<TargetPlatform> => {
      requireOperator(principalOf(request));
      const { name } = validate(TARGET_PLATFORM_PARAMS, request.params);
      const { xcode, label, notice, preferred, retired, ...rest } = validate(TARGET_PLATFORM_REQUEST, request.body);
      const optionals = { xcode: xcode ?? null, label: label ?? null, notice: notice ?? null, position: rest.position };
      const row = { name, os: rest.os, ...optionals, preferred: preferred ? 1 : 0, retired: retired ? 1 : 0 };
      const author = { actor: principalOf(request).name, at: clock.now() };
      return toTargetPlatform(await store.targetPlatforms.put(row, author));
    },
  );

  api.delete<{ Params: { name: string } }>(
    "/target-platforms/:name",
    told("Removes a target platform; for operators", { status: 204 }),
    async (request, reply) => {
      requireOperator(principalOf(request));
      const { name } = validate(TARGET_PLATFORM_PARAMS, request.params);
      const author = { actor: principalOf(request).name, at: clock.now() };
      if (await store.targetPlatforms.remove(name, author)) return reply.code(204).send();
      const known = await store.targetPlatforms.list();
      throw notFound(
        "target platform",
        name,
        known.map((each) => each.name),
      );
    },
  );
}

function toTargetPlatform(row: Selectable<TargetPlatformRow>): TargetPlatform {
  const { name, os, xcode, label, notice, position } = row;
  return {
    name,
    os: os as TargetPlatform["os"],
    ...(xcode === null ? {} : { xcode }),
    ...(label === null ? {} : { label }),
    preferred: row.preferred === 1,
    ...(notice === null ? {} : { notice }),
    retired: row.retired === 1,
    position,
  };
}
