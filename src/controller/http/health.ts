import type { FastifyInstance } from "fastify";
import { failedReasons } from "../../base/observe/health-checks.ts";
import type { Services } from "../services.ts";
import { Readiness } from "../watching/readiness.ts";
import { sample } from "../watching/sample.ts";
import { createStoreGauges } from "../watching/store-gauges.ts";
import { told } from "./openapi/told.ts";

/** For those who watch the controller: no token, and nothing that is worth one. */
export function healthRoutes(server: FastifyInstance, services: Services): void {
  const readiness = new Readiness(services);
  const gauges = createStoreGauges(services.metrics.registry);

  // 200 whenever it answers: who restarts what is unhealthy would mend nothing that is listed here.
  server.get("/healthz", told("Whether the controller runs", { answer: "Health", access: "anyone" }), async () => ({
    ok: true,
    checks: await readiness.checks(),
  }));

  server.get(
    "/readyz",
    told("Whether the controller can work", { answer: "Readiness", also: [503], access: "anyone" }),
    async (_, reply) => {
      const checks = await readiness.checks();
      const reasons = failedReasons(checks);
      const ready = reasons.length === 0;
      const reason = ready ? {} : { reason: reasons.join("; ") };
      return reply.code(ready ? 200 : 503).send({ ready, ...reason, checks });
    },
  );

  server.get(
    "/metrics",
    told("Numbers for Prometheus", { answer: { type: "text/plain" }, access: "anyone" }),
    async (_, reply) => {
      const { registry } = services.metrics;
      const ready = await readiness.isReady();
      gauges.ready.set(ready ? 1 : 0);
      await sample(services, gauges).catch((error: unknown) => {
        services.logger.error({ err: error }, "the store could not be looked at for metrics"); // the others are told
      });
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
