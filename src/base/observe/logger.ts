import pino, { type Logger, type LoggerOptions } from "pino";

export type { Logger };

/**
 * The log of a program itself (never of a build), as JSON lines on stderr. From `warn` upward messages are constant texts
 * with fields, so that they can be counted. Fields of that name never show their value. A level that is asked for may change:
 * it holds at once, also for children that are there already.
 */
export function createLogger(name: string, level: string | (() => string) = "info"): Logger {
  return pino(
    {
      name,
      ...(typeof level === "string" ? { level } : { level: "trace", hooks: hooksFor(level) }),
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ["token", "*.token", "authorization", "*.authorization", "password", "*.password"] },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

function hooksFor(level: () => string): LoggerOptions["hooks"] & object {
  return {
    logMethod(args, method, number) {
      if (number >= (pino.levels.values[level()] ?? 0)) method.apply(this, args);
    },
  };
}
