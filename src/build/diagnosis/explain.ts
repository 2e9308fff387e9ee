import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import type { StepId } from "../../protocol/steps.ts";
import type { CommandEnd } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";
import { tellingLines, tellingReason } from "../job/telling-lines.ts";
import { outputLines } from "./command-output.ts";
import { diagnose } from "./diagnose.ts";
import { refusedHosts } from "./refused-hosts.ts";

/** What the output of a failed command says, where no rule knows it. */
export interface Telling {
  /** One line. */
  reason: string;
  /** Several, for `detail`. */
  detail: string;
}

/**
 * The error of a failed command: that of the rule that knows its output, else the coarse one, made of the most telling lines.
 * Looks at the whole output, however much was printed after the cause.
 */
export function explain(
  context: JobContext,
  step: StepId,
  end: CommandEnd,
  coarse: (telling: Telling) => MillwrightError,
): MillwrightError {
  const lines = wholeOutput(context, end);
  const refused = refusedHosts(lines, end, context.host.agentName);
  if (refused) return refused;
  const appIsModule = isModule(context);
  const command = { step, platform: context.spec.platform, command: end.words, exit: end.exit, appIsModule };
  const found = diagnose(lines, command);
  if (found) return errorOf(found.code, found.values, { detail: found.lines.join("\n") });
  return coarse({ reason: tellingReason(lines), detail: tellingLines(lines).join("\n") });
}

/** Of a log that grew too long the end is still in memory, and the recent lines hold it. */
function wholeOutput(context: JobContext, end: CommandEnd): string[] {
  const lines = outputLines(context.paths.log, end.logFrom);
  return context.log.holdsEnd ? [...lines, ...end.recent.all()] : lines;
}

function isModule(context: JobContext): boolean {
  const { appFolder } = context.found;
  if (!appFolder) return false;
  try {
    return (JSON.parse(readFileSync(join(appFolder, "package.json"), "utf8")) as { type?: unknown }).type === "module";
  } catch {
    return false; // a script of the app may have broken it meanwhile: then it explains nothing
  }
}
