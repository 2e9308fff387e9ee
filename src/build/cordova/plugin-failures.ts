import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import type { StepId } from "../../protocol/steps.ts";
import { explain } from "../diagnosis/explain.ts";
import type { CommandEnd } from "../job/command.ts";
import type { JobContext } from "../job/context.ts";

/**
 * cordova-lib may only warn when it can't restore a plugin of package.json or config.xml, or leaves it out because it wants
 * another cordova-android, and go on without it.
 */
const LEFT_OUT =
  /Failed to restore plugin ["']?([^"'\s]+?)["']?(?:\s|$)|Failed to install ['"]([^'"]+)['"]|^Skipping '([^']+)' for (?:android|ios)$/;
const BEGUN = /^Discovered plugin "([^"]+)"/;

/** For `JobCommand.noteworthy` of every cordova command. */
export const PLUGIN_LINES = new RegExp(`${LEFT_OUT.source}|${BEGUN.source}`);

/**
 * The error of a cordova command that tells of a plugin that it left out, whatever its exit code says: the known failure
 * behind it, else PLUGIN_NOT_INSTALLED.
 */
export function pluginFailure(context: JobContext, step: StepId, end: CommandEnd): MillwrightError | undefined {
  const leftOut = end.recent.match(LEFT_OUT);
  const plugin = leftOut ? (leftOut[1] ?? leftOut[2] ?? leftOut[3]) : end.ok ? undefined : brokenOff(end);
  if (!plugin) return undefined;
  return explain(context, step, end, ({ reason, detail }) => {
    const said = leftOut?.input.trim() ?? reason;
    return errorOf("PLUGIN_NOT_INSTALLED", { plugin, reason: `cordova said: ${said}` }, { detail });
  });
}

/** cordova says which plugin it begins with; what it then fails of is that plugin's, unless it got past it. */
function brokenOff(end: CommandEnd): string | undefined {
  const lines = end.recent.all();
  const at = lines.findLastIndex((line) => BEGUN.test(line));
  const plugin = BEGUN.exec(lines[at] ?? "")?.[1];
  return lines.slice(at).includes(`Adding ${plugin} to package.json`) ? undefined : plugin;
}
