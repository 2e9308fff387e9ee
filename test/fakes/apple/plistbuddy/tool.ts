import { existsSync, readFileSync } from "node:fs";
import { build, type PlistValue } from "plist";
import { absolute, type Machine } from "../machine/machine.ts";
import { type Call, err, out, Refusal, type Tool } from "../machine/tool.ts";
import { isDictionary } from "../plists/dictionary.ts";
import { putAt, valueAt } from "../plists/key-path.ts";
import { parseAnyPlist, writeXmlPlist } from "../plists/plist-file.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function plistBuddy({ machine, argv }: Call): ReturnType<Tool> {
  const commands = argv.flatMap((word, index) => (argv[index - 1] === "-c" ? [word] : []));
  const given = argv.at(-1) ?? "";
  if (commands.length === 0) throw new Refusal(1, "Usage: PlistBuddy [-cxh] <file.plist>");
  const file = absolute(machine, given);
  const plist = existsSync(file) ? opened(file, given) : {};
  if (!existsSync(file)) out(`File Doesn't Exist, Will Create: ${given}`);
  const results = commands.map((command) =>
    run(command, plist, argv.includes("-x"), () => save(machine, given, plist)),
  );
  if (commands.some((command) => /^(set|add|delete|save)\b/i.test(command))) save(machine, given, plist);
  return results.every(Boolean) ? 0 : 1;
}

function opened(file: string, given: string): PlistValue {
  try {
    return parseAnyPlist(readFileSync(file));
  } catch {
    throw new Refusal(1, `Error Reading File: ${given}`);
  }
}

function save(machine: Machine, given: string, plist: PlistValue): void {
  writeXmlPlist(absolute(machine, given), plist);
}

function run(command: string, plist: PlistValue, xml: boolean, saved: () => void): boolean {
  const [, verb = "", path = "", rest = ""] = /^(\w+)\s*(:?(?:"[^"]*"|\\.|\S)*)\s*(.*)$/.exec(command) ?? [];
  const way = path
    .replace(/^:/, "")
    .split(":")
    .filter(Boolean)
    .map((key) => key.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1"));
  const value = valueAt(plist, way);
  const refuse = (what: string) => {
    err(`${what}: Entry, "${path}", Does Not Exist`);
    return false;
  };
  switch (verb.toLowerCase()) {
    case "print":
      if (value === undefined) return refuse("Print");
      out(xml ? build(value) : printed(value, ""));
      return true;
    case "set":
      return value === undefined ? refuse("Set") : putAt(plist, way, typedLike(value, rest));
    case "add":
      return add(plist, way, path, value, rest);
    case "delete":
      return value === undefined ? refuse("Delete") : putAt(plist, way, undefined);
    case "save":
      saved();
      return true;
    default:
      err("Unrecognized Command");
      return false;
  }
}

function add(plist: PlistValue, way: string[], path: string, existing: PlistValue | undefined, rest: string): boolean {
  const [, type = "string", text = ""] = /^(\w+)\s*(.*)$/.exec(rest) ?? [];
  if (existing !== undefined) {
    err(`Add: "${path}" Entry Already Exists`);
    return false;
  }
  const made: Record<string, PlistValue> = {
    bool: text === "true",
    integer: Number(text),
    real: Number(text),
    array: [],
    dict: {},
  };
  return putAt(plist, way, made[type] ?? text);
}

function typedLike(before: PlistValue, text: string): PlistValue {
  if (typeof before === "boolean") return text === "true";
  return typeof before === "number" ? Number(text) : text;
}

function printed(value: PlistValue, indent: string): string {
  const inner = `${indent}    `;
  if (Array.isArray(value))
    return `Array {\n${value.map((each) => `${inner}${printed(each, inner)}\n`).join("")}${indent}}`;
  if (!isDictionary(value)) return value instanceof Date ? value.toString() : `${value as string}`;
  return `Dict {\n${Object.entries(value)
    .map(([key, each]) => `${inner}${key} = ${printed(each, inner)}\n`)
    .join("")}${indent}}`;
}
