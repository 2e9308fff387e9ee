import { toFailure } from "../base/errors/millwright-error.ts";
import type { Logger } from "../base/observe/logger.ts";
import type { LiveConfig } from "./config.ts";
import type { AgentMetrics } from "./health/metrics.ts";

/** SIGHUP reads the configuration anew; a broken one is named in the log and changes nothing. Answers the way to stop. */
export function reloadOnHangup(
  live: LiveConfig,
  logger: Logger,
  metrics: AgentMetrics,
  onChange: () => Promise<void>,
): () => void {
  const reload = async () => {
    const needRestart = live.reload(process.env);
    metrics.configReloads.inc({ result: "ok" });
    logger.info({ needRestart }, "the configuration was read anew");
    await onChange();
  };
  const onHangup = () => {
    reload().catch((error: unknown) => {
      metrics.configReloads.inc({ result: "broken" });
      logger.error({ failure: toFailure(error) }, "the new configuration is broken; the old one stays");
    });
  };
  process.on("SIGHUP", onHangup);
  return () => process.off("SIGHUP", onHangup);
}
