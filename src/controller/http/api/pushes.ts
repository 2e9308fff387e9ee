import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newSecret } from "../../../base/ids.ts";
import type { Push, PushSecret } from "../../../protocol/push-api.ts";
import { hookAddress } from "../../pushes/address.ts";
import type { Services } from "../../services.ts";
import type { Push as PushRow } from "../../store/push-store.ts";
import { findApp } from "../account-choice.ts";
import { principalOf } from "../authenticate.ts";
import { told } from "../openapi/told.ts";
import { validate } from "../validate.ts";

const PAGE = 50;

export const PUSHES_QUERY = z.strictObject({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(PAGE),
});

/** The log of pushes, and the secret that webhooks of the git host are signed with. */
export function pushRoutes(api: FastifyInstance, services: Services): void {
  const { store, sealer, clock } = services;
  api.get<{ Params: { app: string } }>(
    "/apps/:app/pushes",
    told("The pushes to an app, the newest first", { query: PUSHES_QUERY, answer: "Pushes" }),
    async (request) => {
      const { limit, before } = validate(PUSHES_QUERY, request.query);
      const app = await findApp(services, principalOf(request), request.params.app, "read");
      const rows = await store.pushes.list(app.id, limit + 1, before);
      const page = rows.slice(0, limit);
      const builds = await store.pushes.buildsOf(page.map(({ id }) => id));
      const next = rows.length > page.length ? { next: page.at(-1)?.id } : {};
      const begunBy = (id: number) => builds.filter(({ push_id }) => push_id === id).map((build) => build.id);
      return { pushes: page.map((row) => toPush(row, begunBy(row.id))), ...next };
    },
  );

  api.post<{ Params: { app: string } }>(
    "/apps/:app/push-secret",
    told("Makes the secret for webhooks of a git host; replaces the one before", { answer: "PushSecret" }),
    async (request): Promise<PushSecret> => {
      const principal = principalOf(request);
      const app = await findApp(services, principal, request.params.app, "manage");
      const secret = newSecret();
      const seal = () => sealer.seal(secret, { kind: "push secret", name: app.id });
      await store.pushes.setSecret(app, seal, { actor: principal.name, at: clock.now() });
      return { secret, url: hookAddress(services, app) };
    },
  );
}

function toPush(row: PushRow, builds: number[]): Push {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    source: row.source,
    branch: row.branch,
    ...(row.sha === "" ? {} : { commit: row.sha }),
    ...(row.before_sha === "" ? {} : { before: row.before_sha }),
    note: row.note,
    ...(row.pushed_by === "" ? {} : { pushedBy: row.pushed_by }),
    outcome: row.outcome,
    builds,
  };
}
