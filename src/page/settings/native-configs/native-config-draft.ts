import type { NamedSetting, NativeConfigRequest } from "../../../protocol/api.ts";
import {
  faultOnEveryPlatform,
  pluginFault,
  pluginVariableFault,
  preferenceFault,
} from "../../../protocol/native-config-rules.ts";
import { type Pair, pairsOf, recordOf } from "../../controls/pairs.ts";

export interface PluginRow {
  plugin: string;
  variables: Pair[];
}

/** A native config as its form holds it; empty texts are what stays as the app says. */
export interface NativeConfigDraft {
  name: string;
  appName: string;
  bundleId: string;
  version: string;
  buildNumber: string;
  preferences: Pair[];
  plugins: PluginRow[];
}

export function nativeConfigDraftOf(item: NamedSetting | undefined): NativeConfigDraft {
  const {
    appName = "",
    bundleId = "",
    version = "",
    buildNumber = "",
    ...more
  } = (item?.shown ?? {}) as NativeConfigRequest;
  const plugins = Object.entries(more.pluginVariables ?? {});
  return {
    ...{ name: item?.name ?? "", appName, bundleId, version, buildNumber },
    preferences: pairsOf(more.preferences),
    plugins: plugins.map(([plugin, variables]) => ({ plugin, variables: pairsOf(variables) })),
  };
}

/** Only what is set. */
export function nativeConfigRequestOf(draft: NativeConfigDraft): NativeConfigRequest {
  const { appName, bundleId, version, buildNumber } = draft;
  const texts = Object.entries({ appName, bundleId, version, buildNumber }).map(([key, text]) => [key, text.trim()]);
  const preferences = recordOf(draft.preferences);
  const plugins = draft.plugins.map(({ plugin, variables }) => [plugin.trim(), recordOf(variables)] as const);
  const named = plugins.filter(([plugin, variables]) => plugin !== "" && Object.keys(variables).length > 0);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== "")),
    ...(Object.keys(preferences).length === 0 ? {} : { preferences }),
    ...(named.length === 0 ? {} : { pluginVariables: Object.fromEntries(named) }),
  };
}

/** Why no platform takes a value, while it is being entered. */
export function valueFault(field: "bundleId" | "version" | "buildNumber", text: string): string | undefined {
  return text.trim() === "" ? undefined : faultOnEveryPlatform({ [field]: text.trim() })?.reason;
}

export function preferenceRowFault({ name }: Pair): string | undefined {
  return name.trim() === "" ? undefined : preferenceFault(name.trim());
}

export function pluginRowFault({ plugin }: PluginRow): string | undefined {
  return plugin.trim() === "" ? undefined : pluginFault(plugin.trim());
}

export function variableRowFault(plugin: string, { name }: Pair): string | undefined {
  return name.trim() === "" ? undefined : pluginVariableFault(plugin.trim(), name.trim());
}
