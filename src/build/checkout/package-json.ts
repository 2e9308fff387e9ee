import { errorOf } from "../../base/errors/millwright-error.ts";
import type { PackageJson } from "../job/findings.ts";

/** Reads the text of package.json. Throws PACKAGE_JSON_BROKEN, which names the place. */
export function parsePackageJson(text: string): PackageJson {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw errorOf("PACKAGE_JSON_BROKEN", { reason: reasonOf((cause as Error).message, text) }, { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw errorOf("PACKAGE_JSON_BROKEN", { reason: "package.json:1: it holds something else than an object." });
  }
  const fields = parsed as Record<string, unknown>;
  return {
    scripts: texts(fields["scripts"]),
    dependencies: texts(fields["dependencies"]),
    devDependencies: texts(fields["devDependencies"]),
    packageManager: typeof fields["packageManager"] === "string" ? fields["packageManager"] : "",
    node: texts(fields["engines"])["node"] ?? "",
    cordovaPlugins: pluginsOf(fields["cordova"]),
  };
}

/** Node says the place as an offset, or not at all when the text ends too early. */
function reasonOf(message: string, text: string): string {
  const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, offset).split("\n");
  const what = message.replace(/ in JSON at position \d+.*/s, "").replace(/, ".*" is not valid JSON$/s, "");
  return `package.json:${before.length}:${(before.at(-1) ?? "").length + 1}: ${what}.`;
}

function pluginsOf(cordova: unknown): Record<string, Record<string, string>> {
  const plugins = (cordova as { plugins?: unknown } | undefined)?.plugins;
  if (typeof plugins !== "object" || plugins === null) return {};
  return Object.fromEntries(Object.entries(plugins).map(([id, variables]) => [id, texts(variables)]));
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
