import { usageError } from "../usage.ts";

/** `NAME=VALUE` texts as entries. Throws USAGE for one without a name or that names the same again; `form` tells how. */
export function pairs(
  command: string,
  option: string,
  texts: readonly string[],
  name: RegExp,
  form = `NAME=VALUE, with a name like ${name.source.slice(1, -1)}`,
): Map<string, string> {
  const result = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    const key = text.slice(0, Math.max(0, at));
    // The value may be a secret that was given here by mistake: it isn't repeated.
    if (!name.test(key)) throw usageError(command, `${option} must be ${form}.`);
    if (result.has(key)) throw usageError(command, `${option} names ${key} twice.`);
    result.set(key, text.slice(at + 1));
  }
  return result;
}
