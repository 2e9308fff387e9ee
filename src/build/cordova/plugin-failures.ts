import { errorOf, type MillwrightError } from "../../base/errors/millwright-error.ts";
import type { CommandEnd } from "../job/command.ts";

/** cordova-lib may only warn when it can't restore a plugin of package.json or config.xml, and go on without it. */
const LEFT_OUT = /Failed to restore plugin ["']?([^"'\s]+?)["']?(?:\s|$)|Failed to install ['"]([^'"]+)['"]/;
const BEGUN = /^Discovered plugin "([^"]+)"/;

/** For `JobCommand.noteworthy` of every cordova command. */
export const PLUGIN_LINES = new RegExp(`${LEFT_OUT.source}|${BEGUN.source}`);

/** PLUGIN_NOT_INSTALLED when a cordova command tells of a plugin that it left out, whatever its exit code says. */
export function pluginFailure(end: CommandEnd): MillwrightError | undefined {
  const leftOut = end.recent.match(LEFT_OUT);
  if (leftOut) return failure(leftOut[1] ?? leftOut[2] ?? "", leftOut.input.trim(), end);
  return end.ok ? undefined : brokenOff(end);
}

/** cordova says which plugin it begins with; what it then fails of is that plugin's, unless it got past it. */
function brokenOff(end: CommandEnd): MillwrightError | undefined {
  const lines = end.recent.all();
  const at = lines.findLastIndex((line) => BEGUN.test(line));
  const plugin = BEGUN.exec(lines[at] ?? "")?.[1];
  if (!plugin || lines.slice(at).includes(`Adding ${plugin} to package.json`)) return undefined;
  return failure(plugin, end.recent.reason(), end);
}

function failure(plugin: string, said: string, end: CommandEnd): MillwrightError {
  const detail = end.recent.telling().join("\n");
  return errorOf("PLUGIN_NOT_INSTALLED", { plugin, reason: `cordova said: ${said}` }, { detail });
}
