import { toFailure } from "../base/errors/millwright-error.ts";
import type { Logger } from "../base/observe/logger.ts";
import type { LiveConfig } from "./config.ts";
import type { AgentMetrics } from "./health/metrics.ts";

export interface Reloading {
  /** What an operator should know: keys that wait for a restart, or a file that is broken. */
  notices(): string[];
  stop(): void;
}

/**
 * SIGHUP reads the configuration anew: one reload after the other. A broken file is named in the log, with the line, and
 * changes nothing. `onChange` gets the keys whose new value holds from now on.
 */
export function reloadOnHangup(
  live: LiveConfig,
  logger: Logger,
  metrics: AgentMetrics,
  onChange: (changed: string[]) => Promise<void>,
): Reloading {
  let notices: string[] = [];
  let reloading: Promise<void> = Promise.resolve();
  const reload = async () => {
    try {
      const { changed, needRestart } = live.reload(process.env);
      metrics.configReloads.inc({ result: "ok" });
      metrics.configRestart.set(needRestart.length);
      metrics.configBroken.set(0);
      notices = needRestart.length > 0 ? [`it has to be restarted for its new ${needRestart.join(", ")}`] : [];
      logger.info({ changed, needRestart }, "the configuration was read anew");
      if (needRestart.length > 0) logger.warn({ needRestart }, "some of the new configuration waits for a restart");
      await onChange(changed);
    } catch (error) {
      const failure = toFailure(error);
      metrics.configReloads.inc({ result: "broken" });
      metrics.configBroken.set(1);
      notices = [`its configuration was broken when it was read anew, and the old one holds: ${failure.why}`];
      logger.error({ failure }, "the new configuration is broken; the old one stays");
      await onChange([]);
    }
  };
  const onHangup = () => {
    reloading = reloading.then(reload).catch((error: unknown) => {
      logger.error({ err: error }, "the new configuration could not be taken up");
    });
  };
  process.on("SIGHUP", onHangup);
  return { notices: () => notices, stop: () => process.off("SIGHUP", onHangup) };
}
