import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { build, buildBinary, type PlistValue } from "plist";
import { absolute, type Machine } from "../machine/machine.ts";
import { type Call, out, outRaw, Refusal, type Tool } from "../machine/tool.ts";
import { isDictionary } from "../plists/dictionary.ts";
import { putAt, valueAt } from "../plists/key-path.ts";
import { parseAnyPlist } from "../plists/plist-file.ts";

/** The tool: answers its exit code, or throws its refusal. */
export function plutil({ machine, argv }: Call): ReturnType<Tool> {
  const words = [...argv];
  const option = words.shift() ?? "";
  const into = taken(words, "-o");
  const file = words.at(-1) ?? "";
  const plist = () => readPlist(machine, file);
  if (option === "-lint") {
    for (const each of words.filter((word) => word !== "-s" && word !== "--")) {
      readPlist(machine, each);
      out(`${each}: OK`);
    }
  } else if (option === "-convert") write(machine, plist(), words[0] ?? "", into ?? file);
  else if (option === "-extract")
    write(machine, extracted(plist(), file, words[0] ?? ""), words[1] ?? "", into ?? file);
  else if (option === "-p") out(pretty(plist(), ""));
  else if (["-replace", "-insert", "-remove"].includes(option)) change(machine, plist(), option, words, into ?? file);
  else throw new Refusal(1, `plutil: unrecognized option: ${option}`);
  return 0;
}

function taken(words: string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words.splice(at, 2)[1];
}

function readPlist(machine: Machine, file: string): PlistValue {
  const path = absolute(machine, file);
  if (file !== "-" && !existsSync(path))
    throw new Refusal(1, `${file}: file does not exist or is not readable or is not a regular file`);
  const bytes = readFileSync(file === "-" ? 0 : path);
  const text = bytes.toString("utf8").trimStart();
  try {
    if (/^[[{]\s*("|\]|\})/.test(text)) return JSON.parse(text) as PlistValue;
    if (text.startsWith("<") && !/<\/plist>\s*$/.test(text)) throw new Error("Encountered unexpected EOF");
    return parseAnyPlist(bytes);
  } catch (thrown) {
    throw new Refusal(1, `${file}: (${(thrown as Error).message})`);
  }
}

function extracted(plist: PlistValue, file: string, path: string): PlistValue {
  const value = valueAt(plist, path.split("."));
  if (value !== undefined) return value;
  throw new Refusal(
    1,
    `${file}: Could not extract value, error: No value at that key path or invalid key path: ${path}`,
  );
}

function write(machine: Machine, value: PlistValue, format: string, into: string): void {
  const made = formatted(value, format);
  if (into === "-" || format === "raw") outRaw(made);
  else writeFileSync(absolute(machine, into), made);
}

function formatted(value: PlistValue, format: string): string | Uint8Array {
  if (format === "xml1") return `${build(value)}\n`;
  if (format === "binary1") return buildBinary(value);
  if (format === "json") return JSON.stringify(value);
  if (format === "raw") return `${raw(value)}\n`;
  throw new Refusal(1, `Unknown format specifier: ${format}`);
}

/** A dictionary's keys, an array's length, else the value. */
function raw(value: PlistValue): string {
  if (Array.isArray(value)) return `${value.length}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.toISOString().replace(/\.\d+/, "");
  return isDictionary(value) ? Object.keys(value).join("\n") : `${value as string}`;
}

function change(machine: Machine, plist: PlistValue, option: string, words: string[], into: string): void {
  const [path = "", type = "", text = ""] = words;
  const value = option === "-remove" ? undefined : typed(type, text);
  if (!putAt(plist, path.split("."), value))
    throw new Refusal(
      1,
      `${into}: Could not modify plist, error: No value at that key path or invalid key path: ${path}`,
    );
  writeFileSync(absolute(machine, into), `${build(plist)}\n`);
}

function typed(type: string, text: string): PlistValue {
  if (type === "-bool") return ["YES", "true", "1"].includes(text);
  if (type === "-integer" || type === "-float") return Number(text);
  if (type === "-json" || type === "-xml")
    return type === "-json" ? (JSON.parse(text) as PlistValue) : parseAnyPlist(Buffer.from(text));
  return text;
}

function pretty(value: PlistValue, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((each, index) => `${inner}${index} => ${pretty(each, inner)}\n`).join("")}${indent}]`;
  if (isDictionary(value))
    return `{\n${Object.keys(value)
      .sort()
      .map((key) => `${inner}"${key}" => ${pretty(value[key] ?? "", inner)}\n`)
      .join("")}${indent}}`;
  return typeof value === "string" ? `"${value}"` : raw(value);
}
