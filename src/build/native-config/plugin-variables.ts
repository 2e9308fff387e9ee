import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import type { AppFacts } from "../job/findings.ts";

type Variables = Record<string, Record<string, string>>;

/**
 * Throws PLUGIN_UNKNOWN when a native config sets variables of a plugin that cordova would not restore: it restores those of
 * `cordova.plugins` in package.json and the `<plugin>` elements of config.xml, and nothing else.
 */
export function checkPluginVariables(config: NativeConfig, app: AppFacts): void {
  const known = [...new Set([...Object.keys(app.packageJson.cordovaPlugins), ...(app.widget?.plugins ?? [])])];
  for (const plugin of Object.keys(config.pluginVariables ?? {})) {
    if (known.includes(plugin)) continue;
    const reason = known.length > 0 ? `The app has: ${known.join(", ")}.` : "The app has no plugins.";
    throw errorOf("PLUGIN_UNKNOWN", { name: config.name, plugin, reason });
  }
}

/**
 * The text of package.json with the variables of the plugins that it lists, and the text before as the same writer writes it.
 * What stands there goes before config.xml in cordova 9 and later.
 */
export function editPackageJson(text: string, variables: Variables): { text: string; before: string } {
  const content = JSON.parse(text) as { cordova?: { plugins?: Variables } };
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const end = text.endsWith("\n") ? "\n" : "";
  const write = () => `${JSON.stringify(content, null, indent)}${end}`;
  const before = write();
  const listed = content.cordova?.plugins;
  for (const [plugin, values] of Object.entries(variables)) {
    if (listed && Object.hasOwn(listed, plugin)) listed[plugin] = { ...listed[plugin], ...values };
  }
  return { text: write(), before };
}

/**
 * Throws NATIVE_CONFIG_NOT_APPLIED when a plugin was added with other values than the native config says, as when the commit
 * brings the plugins/ folder of an older cordova run.
 */
export function checkApplied(appFolder: string, config: NativeConfig, platform: string): void {
  const installed = installedPlugins(join(appFolder, "plugins", `${platform}.json`));
  for (const [plugin, values] of Object.entries(config.pluginVariables ?? {})) {
    for (const [variable, value] of Object.entries(values)) {
      const found = installed[plugin]?.[variable];
      if (found === value) continue;
      throw errorOf("NATIVE_CONFIG_NOT_APPLIED", { name: config.name, plugin, variable });
    }
  }
}

function installedPlugins(file: string): Variables {
  try {
    const { installed_plugins, dependent_plugins } = JSON.parse(readFileSync(file, "utf8")) as Record<
      string,
      Variables
    >;
    return { ...dependent_plugins, ...installed_plugins };
  } catch {
    return {}; // cordova wrote none: no plugin was added
  }
}
