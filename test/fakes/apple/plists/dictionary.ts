import type { PlistValue } from "plist";

export type Dictionary = { [key: string]: PlistValue };

export function isDictionary(value: PlistValue | undefined): value is Dictionary {
  const special = Array.isArray(value) || value instanceof Date || value instanceof Uint8Array;
  return typeof value === "object" && value !== null && !special;
}

/** An empty one where there is none. */
export function dictionaryIn(dictionary: Dictionary, key: string): Dictionary {
  const value = dictionary[key];
  return isDictionary(value) ? value : {};
}

export function textIn(dictionary: Dictionary, key: string): string | undefined {
  const value = dictionary[key];
  return typeof value === "string" ? value : undefined;
}

export function listIn(dictionary: Dictionary, key: string): PlistValue[] {
  const value = dictionary[key];
  return Array.isArray(value) ? value : [];
}

export function textsIn(dictionary: Dictionary, key: string): string[] {
  return listIn(dictionary, key).filter((each) => typeof each === "string");
}
