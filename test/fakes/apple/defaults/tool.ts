import { existsSync } from "node:fs";
import { join } from "node:path";
import { absolute, accountHome, type Machine } from "../machine/machine.ts";
import { type Call, out, Refusal, type Tool } from "../machine/tool.ts";
import { type Dictionary, isDictionary } from "../plists/dictionary.ts";
import { readDictionary, writeXmlPlist } from "../plists/plist-file.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function defaults({ machine, argv }: Call): ReturnType<Tool> {
  const [verb, domain = "", key, ...rest] = argv;
  const file = fileOf(machine, domain);
  const values: Dictionary = existsSync(file) ? readDictionary(file) : {};
  if (verb === "read") {
    const value = key === undefined ? values : values[key];
    if (value === undefined) throw new Refusal(1, `The domain/default pair of (${domain}, ${key}) does not exist`);
    if (key === undefined && !existsSync(file)) throw new Refusal(1, `Domain ${domain} does not exist`);
    out(
      typeof value === "boolean"
        ? `${Number(value)}`
        : isDictionary(value)
          ? JSON.stringify(value)
          : `${value as string}`,
    );
  } else if (verb === "write" && key !== undefined) {
    const bool = rest[0] === "-bool";
    writeXmlPlist(file, {
      ...values,
      [key]: bool ? ["YES", "true", "1"].includes(rest[1] ?? "") : (rest.at(-1) ?? ""),
    });
  } else throw new Refusal(255, "Command line interface to a user's defaults.");
  return 0;
}

/** A path, with or without .plist, or a domain of the account. */
function fileOf(machine: Machine, domain: string): string {
  const path = domain.includes("/")
    ? absolute(machine, domain)
    : join(accountHome(machine), "Library/Preferences", domain);
  return path.endsWith(".plist") ? path : `${path}.plist`;
}
