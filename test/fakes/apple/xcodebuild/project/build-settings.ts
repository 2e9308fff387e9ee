import { type Assignment, applies, type Circumstances } from "./assignments.ts";

/** Build settings of a target, all layers put together. */
export interface BuildSettings {
  /** Expanded; "" where nobody sets it. */
  value(name: string): string;
  flag(name: string): boolean;
  /** Replaces $(NAME) in any text. */
  expand(text: string): string;
  /** Names that begin with `prefix`. */
  names(prefix: string): string[];
}

const DEEPEST = 40;
/** $(NAME), ${NAME:operator}: the innermost first. */
const REFERENCE = /\$[({]([\w]+)((?::[\w.-]+(?:=[^)}]*)?)*)[)}]/g;
const NESTED = /\$[({]\w*\$[({]/;

/**
 * `assignments` from the weakest layer to the strongest: the last one that applies wins, and $(inherited) in it means the
 * one before.
 */
export function buildSettings(assignments: readonly Assignment[], circumstances: Circumstances): BuildSettings {
  const byName = new Map<string, string[]>();
  for (const each of assignments) {
    if (applies(each, circumstances)) byName.set(each.name, [...(byName.get(each.name) ?? []), each.value]);
  }
  const lookUp = (name: string, layer: number, depth: number): string => {
    const raw = byName.get(name)?.[layer];
    if (raw === undefined || depth > DEEPEST) return "";
    return expand(raw, depth, (inner) =>
      inner === "inherited" || inner === name ? lookUp(name, layer - 1, depth + 1) : valueAt(inner, depth + 1),
    );
  };
  const valueAt = (name: string, depth: number) => lookUp(name, (byName.get(name)?.length ?? 0) - 1, depth);
  const expand = (text: string, depth: number, of: (name: string) => string): string => {
    const once = text.replace(REFERENCE, (_whole, name: string, operators: string) =>
      depth > DEEPEST ? "" : operated(of(name), operators),
    );
    // $(A_$(B)): what is inside names the setting.
    return once !== text && NESTED.test(text) ? expand(once, depth + 1, of) : once;
  };
  return {
    value: (name) => unquoted(valueAt(name, 0)),
    flag: (name) => valueAt(name, 0) === "YES",
    expand: (text) => expand(text, 0, (name) => valueAt(name, 1)),
    names: (prefix) => [...byName.keys()].filter((name) => name.startsWith(prefix)),
  };
}

function operated(value: string, operators: string): string {
  return operators
    .split(":")
    .slice(1)
    .reduce((text, operator) => OPERATORS[operator]?.(text) ?? defaulted(text, operator), value);
}

const OPERATORS: Record<string, (text: string) => string> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  rfc1034identifier: (text) => text.replace(/[^A-Za-z0-9.]/g, "-"),
  c99extidentifier: (text) => text.replace(/[^A-Za-z0-9_]/g, "_"),
  identifier: (text) => text.replace(/[^A-Za-z0-9_]/g, "_"),
};

function defaulted(text: string, operator: string): string {
  return operator.startsWith("default=") && text === "" ? operator.slice("default=".length) : text;
}

function unquoted(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}
