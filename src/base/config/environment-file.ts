import { readFileSync } from "node:fs";
import { errorOf } from "../errors/millwright-error.ts";

/**
 * Reads a file of NAME=VALUE lines (`#` begins a comment line). `${NAME}` stands for a line above or a variable of
 * `inherited`. Throws CONFIG_FILE_UNREADABLE, or CONFIG_INVALID with file and line.
 */
export function loadEnvironmentFile(
  file: string,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw errorOf("CONFIG_FILE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
  }
  const result: Record<string, string> = {};
  text.split("\n").forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (!match?.[1]) {
      throw errorOf("CONFIG_INVALID", { file, reason: `${file}:${index + 1}: expected NAME=VALUE, not ${line}` });
    }
    result[match[1]] = (match[2] ?? "").replace(
      /\$\{(\w+)\}/g,
      (_, name: string) => result[name] ?? inherited[name] ?? "",
    );
  });
  return result;
}
