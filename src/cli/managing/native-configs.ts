import type { NativeConfigRequest } from "../../protocol/api.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";
import { putSetting } from "./named-settings.ts";
import { pairs } from "./pairs.ts";

export interface NativeConfigOptions {
  appName?: string;
  bundleId?: string;
  version?: string;
  buildNumber?: string;
  preference: string[];
  pluginVariable: string[];
}

/** `millwright native-configs set`. */
export async function setNativeConfig(
  session: Session,
  command: string,
  name: string,
  options: NativeConfigOptions,
): Promise<number> {
  const { appName, bundleId, version, buildNumber } = options;
  const preferences = pairs(command, "--preference", options.preference, /^[^\s=]+$/);
  const given = Object.entries({ appName, bundleId, version, buildNumber }).filter(([, value]) => value !== undefined);
  const plugins = pluginVariables(command, options.pluginVariable);
  if (given.length === 0 && preferences.size === 0 && !plugins) {
    throw usageError(command, "There is nothing to override: name what the native config should set.");
  }
  const request: NativeConfigRequest = {
    ...Object.fromEntries(given),
    ...(preferences.size > 0 ? { preferences: Object.fromEntries(preferences) } : {}),
    ...(plugins ? { pluginVariables: plugins } : {}),
  };
  return putSetting(session, "native-configs", name, request);
}

/** `PLUGIN:NAME=VALUE` texts by plugin. An id may hold `@`, `/`, `.` and `-`, a value anything. */
function pluginVariables(command: string, texts: readonly string[]): NativeConfigRequest["pluginVariables"] {
  const flat = pairs(command, "--plugin-variable", texts, /^[^\s:=]+:[A-Za-z_][A-Za-z0-9_]*$/, "PLUGIN:NAME=VALUE");
  if (flat.size === 0) return undefined;
  const result: Record<string, Record<string, string>> = {};
  for (const [key, value] of flat) {
    const [plugin = "", variable = ""] = key.split(":");
    result[plugin] = { ...result[plugin], [variable]: value };
  }
  return result;
}
