import { writeFileSync } from "node:fs";
import { toFailure } from "../../base/errors/millwright-error.ts";
import type { Logger } from "../../base/observe/logger.ts";
import type { Session } from "../session/session.ts";
import { prefixPaths, readOrder, readVerdict } from "./prefix.ts";

const EVERY_MS = 1_000;

/** What the launcher gives to the agent that it starts. */
export interface Launched {
  prefix: string;
  release: string;
}

/** Which release of which prefix this process runs; undefined when no launcher started it. */
export function launchedBy(env: Readonly<Record<string, string | undefined>>): Launched | undefined {
  const { MILLWRIGHT_PREFIX: prefix, MILLWRIGHT_RELEASE: release } = env;
  return prefix && release ? { prefix, release } : undefined;
}

/** Runs the agent; when it can't go on, its reason is left for the launcher, who may have to decide on it. */
export async function underLauncher<T>(
  env: Readonly<Record<string, string | undefined>>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const launched = launchedBy(env);
    if (launched) leaveReason(launched, error);
    throw error;
  }
}

function leaveReason({ prefix, release }: Launched, error: unknown): void {
  const { code, what, why } = toFailure(error);
  const text = `${what} ${why} [${code}]`.replace(/\s+/g, " ");
  try {
    writeFileSync(prefixPaths(prefix).failure(release), `${text}\n`, { mode: 0o644 });
  } catch {
    // The launcher then asks the release itself; what was wrong is told on stderr in any case.
  }
}

/**
 * Says every second, in a file for the launcher, that this release is connected to the controller, as long as it is. Answers
 * the way to stop; does nothing without a launcher.
 */
export function showSession(
  launched: Launched | undefined,
  session: Pick<Session, "whyNotConnected" | "protocol">,
  logger: Logger,
): () => void {
  if (!launched) return () => {};
  const file = prefixPaths(launched.prefix).session(launched.release);
  let number = 0;
  const timer = setInterval(() => {
    if (session.whyNotConnected !== undefined) return;
    number += 1;
    try {
      writeFileSync(file, `${process.pid} ${number} ${session.protocol ?? 0}\n`, { mode: 0o644 });
    } catch (error) {
      if (number === 1) logger.warn({ err: error, file }, "the launcher can't be told that this release is connected");
    }
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** That this release runs because the one that was asked for failed, and why; undefined when it isn't so. */
export function whyWentBack(launched: Launched | undefined): string | undefined {
  if (!launched) return undefined;
  const paths = prefixPaths(launched.prefix);
  const order = readOrder(paths);
  if (!order || order.before !== launched.release) return undefined;
  const verdict = readVerdict(paths, order);
  if (verdict?.verdict !== "back") return undefined;
  return `rolled back from ${order.release} to ${order.before} at ${verdict.at}: ${verdict.why}`;
}
