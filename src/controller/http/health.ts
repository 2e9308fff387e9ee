import type { FastifyInstance } from "fastify";
import { isSharedFolder } from "../replicas/shared-files.ts";
import type { Services } from "../services.ts";
import { told } from "./openapi/told.ts";

/** For those who watch the controller: no token, and nothing that is worth one. */
export function healthRoutes(server: FastifyInstance, services: Services): void {
  server.get("/healthz", told("Whether the controller runs", { answer: "Health", access: "anyone" }), async () => ({
    ok: true,
  }));

  server.get(
    "/readyz",
    told("Whether the controller can work", { answer: "Readiness", also: [503], access: "anyone" }),
    async (_, reply) => {
      try {
        await services.store.apps.find("");
        const reason = await whyUnfit(services);
        return reason === undefined ? { ready: true } : await reply.code(503).send({ ready: false, reason });
      } catch (error) {
        return reply.code(503).send({ ready: false, reason: `the store doesn't answer: ${(error as Error).message}` });
      }
    },
  );

  server.get(
    "/metrics",
    told("Numbers for Prometheus", { answer: { type: "text/plain" }, access: "anyone" }),
    async (_, reply) => {
      const { registry } = services.metrics;
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

/** Pushes to the controllers' own remotes must reach the same repositories, whoever takes them. */
async function whyUnfit({ replicas, repositories, store }: Services): Promise<string | undefined> {
  if (!replicas.shared || (await isSharedFolder(store, "git", repositories.folder))) return undefined;
  const remotes = (await store.apps.list("all")).filter((app) => app.own_remote === 1);
  if (remotes.length === 0) return undefined;
  return `${repositories.folder} is not the folder in which the other controllers have the repositories of apps`;
}
