import type { MaterialName, MaterialReply, Materials } from "../../protocol/material.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { Store } from "../store/store.ts";
import type { Sealer } from "./sealer.ts";

/** Opens the sealed part of a job that is asked for; undefined when the build has none of that name. */
export async function materialOf(
  store: Store,
  sealer: Sealer,
  build: BuildWithApp,
  name: MaterialName,
): Promise<MaterialReply | undefined> {
  switch (name) {
    case "git": {
      const app = await store.apps.find(build.app_id);
      if (!app?.git_password) return undefined;
      const password = sealer.open<string>(app.git_password, purposeOf("app", app.id));
      return { material: { username: app.git_username, password }, mask: [password] };
    }
    case "environment": {
      const material = await openSetting<Materials["environment"]>(store, sealer, "environment", build.environment);
      return material && { material, mask: Object.values(material.secrets) };
    }
    case "signing": {
      const material = await openSetting<Materials["signing"]>(store, sealer, "profile", build.security_profile);
      if (!material) return undefined;
      const { android } = material;
      return { material, mask: android ? [android.storePassword, android.keyPassword] : [] };
    }
    default:
      return undefined;
  }
}

/** What a sealed value is bound to. */
export function purposeOf(kind: string, name: string): string {
  return `${kind}:${name}`;
}

async function openSetting<T>(
  store: Store,
  sealer: Sealer,
  kind: "environment" | "profile",
  name: string | null,
): Promise<T | undefined> {
  const setting = name === null ? undefined : await store.settings.find(kind, name);
  return setting?.sealed ? sealer.open<T>(setting.sealed, purposeOf(kind, setting.name)) : undefined;
}
