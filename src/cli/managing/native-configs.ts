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
  if (given.length === 0 && preferences.size === 0) {
    throw usageError(command, "There is nothing to override: name what the native config should set.");
  }
  const request: NativeConfigRequest = {
    ...Object.fromEntries(given),
    ...(preferences.size > 0 ? { preferences: Object.fromEntries(preferences) } : {}),
  };
  return putSetting(session, "native-configs", name, request);
}
