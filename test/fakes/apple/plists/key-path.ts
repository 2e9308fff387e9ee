import type { PlistValue } from "plist";
import { isDictionary } from "./dictionary.ts";

/** The value at the end of a way of keys and indices; undefined where it leads nowhere. */
export function valueAt(root: PlistValue, way: readonly string[]): PlistValue | undefined {
  let value: PlistValue | undefined = root;
  for (const key of way) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isDictionary(value)) value = value[key];
    else return undefined;
  }
  return value;
}

/** Puts a value there (undefined removes it); answers whether the way before its end exists. */
export function putAt(root: PlistValue, way: readonly string[], value: PlistValue | undefined): boolean {
  const parent = valueAt(root, way.slice(0, -1));
  const key = way.at(-1) ?? "";
  if (Array.isArray(parent))
    parent.splice(Number(key), value === undefined ? 1 : 0, ...(value === undefined ? [] : [value]));
  else if (isDictionary(parent)) {
    if (value === undefined) delete parent[key];
    else parent[key] = value;
  } else return false;
  return true;
}
