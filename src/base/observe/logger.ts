import pino, { type Logger } from "pino";

export type { Logger };

/**
 * The log of a program itself (never of a build), as JSON lines on stderr. From `warn` upward messages are constant texts
 * with fields, so that they can be counted. Fields of that name never show their value.
 */
export function createLogger(name: string, level = "info"): Logger {
  return pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ["token", "*.token", "authorization", "*.authorization", "password", "*.password"] },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
