import type { PlistValue } from "plist";
import type { Dictionary } from "../../plists/dictionary.ts";

/** One line of build settings: NAME[sdk=iphoneos*][config=Release] = value. */
export interface Assignment {
  name: string;
  conditions: { kind: string; pattern: string }[];
  value: string;
}

/** What is being built, for the conditions. */
export interface Circumstances {
  /** "iphoneos18.2" */
  sdk: string;
  configuration: string;
  arch: string;
}

export function assignment(key: string, value: string): Assignment {
  const [, name = "", bracketed = ""] = /^([^[]+)((?:\[[^\]]*\])*)$/.exec(key.trim()) ?? [];
  const conditions = [...bracketed.matchAll(/([\w]+)\s*=\s*([^,\]]+)/g)].map(([, kind = "", pattern = ""]) => ({
    kind,
    pattern: pattern.trim(),
  }));
  return { name: name.trim(), conditions, value };
}

/** A buildSettings dictionary: what has no condition comes first. */
export function assignmentsIn(settings: Dictionary): Assignment[] {
  const keys = Object.keys(settings).sort();
  return keys.map((key) => assignment(key, flat(settings[key] ?? "")));
}

function flat(value: PlistValue): string {
  return Array.isArray(value) ? value.map((each) => flat(each)).join(" ") : `${value as string}`;
}

export function applies({ conditions }: Assignment, circumstances: Circumstances): boolean {
  return conditions.every(({ kind, pattern }) => {
    const actual: Record<string, string> = {
      sdk: circumstances.sdk,
      config: circumstances.configuration,
      arch: circumstances.arch,
    };
    const value = actual[kind];
    return value !== undefined && matchesGlob(value, pattern);
  });
}

function matchesGlob(value: string, pattern: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(value);
}
