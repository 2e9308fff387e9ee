import type { NamedSetting } from "../../../protocol/api.ts";
import { queryOf } from "../../client/api.ts";
import { type Resource, useResource } from "../../client/use-resource.ts";

/** The paths of settings that have names. */
export type SettingPath = "/profiles" | "/environments" | "/native-configs";

/** All settings of a kind in an account. */
export function useSettings(path: SettingPath, account: string): Resource<{ items: NamedSetting[] }> {
  return useResource<{ items: NamedSetting[] }>(`${path}${queryOf({ account })}`);
}

/** Where one of them is read, written and removed. */
export function settingAddress(path: SettingPath, name: string, account: string): string {
  return `${path}/${encodeURIComponent(name.trim())}${queryOf({ account })}`;
}
